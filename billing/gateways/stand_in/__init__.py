"""A Stripe of our own on loopback, so that nobody needs an account to develop or to try payments.

It speaks Stripe's HTTP API well enough for the official library not to notice, keeps what it is
told in one SQLite file, and sends signed webhooks. No money exists here and no card number is asked
for.
"""
