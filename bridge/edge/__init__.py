"""What stands between the network and the pages: TLS of our own, the proxies in front of us, and how much one
address may ask for. Knows nothing of visitors, advisors or calls.
"""
