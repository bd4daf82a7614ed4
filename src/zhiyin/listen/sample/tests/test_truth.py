"""The truth file beside the voices."""

from __future__ import annotations

import msgspec

from zhiyin.listen.sample import SampleOptions, VoiceTruth, generate_voices, make_company, write_truth
from zhiyin.listen.sample.truth import CompanyTruth, describe_company


def test_the_truth_file_has_a_line_for_each_voice_and_a_company_file(tmp_path):
    company = make_company(SampleOptions(n_stores=6, n_days=30))
    path = tmp_path / "truth.jsonl"
    assert write_truth(path, company=company, batches=generate_voices(company)) == 162
    lines = [msgspec.json.decode(line, type=VoiceTruth) for line in path.read_bytes().splitlines()]
    assert lines == [truth for batch in generate_voices(company) for _, truth in batch]
    header = msgspec.json.decode((tmp_path / "truth.company.json").read_bytes(), type=CompanyTruth)
    assert header == describe_company(company)
    assert len(header.incidents) == 6
    assert all(len(customer.identities) >= 6 for customer in header.customers)


def test_only_the_owner_reads_the_truth(tmp_path):
    company = make_company(SampleOptions(n_stores=2, n_days=5))
    path = tmp_path / "truth.jsonl"
    path.touch(mode=0o644)
    write_truth(path, company=company, batches=generate_voices(company))
    assert path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "truth.company.json").stat().st_mode & 0o077 == 0
