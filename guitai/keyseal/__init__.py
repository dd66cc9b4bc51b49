"""The journal's key in the TPM: sealed to signed PCR policies, with a copy wrapped to headquarters' offline key (ADR 24)."""
