"""Consents, requests about own data, erasure and retention: what people control themselves."""
