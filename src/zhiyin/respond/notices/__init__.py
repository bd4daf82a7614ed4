"""What happened to each member of staff: a bell in the console, a page, and a mail where they want one."""
