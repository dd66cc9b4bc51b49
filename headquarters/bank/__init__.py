"""The bank host's simulator: a ledger, cards with test PINs, transfers, cash debits with tokens, an SMS gateway."""
