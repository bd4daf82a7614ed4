"""`python -m zhiyin` is the command `zhiyin`."""

from zhiyin.cli.main import main

main()
