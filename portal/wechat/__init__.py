"""What WeChat asks of a site: a signature for the card of a shared page, and files at the root.

`api` speaks with WeChat, `tickets` keeps what it gave for all workers, `signature` signs with it.
Nothing here is in the way of a page: the card is asked for by a script, after the page is there,
and only where an app id is configured (docs/operations.md). `VerifyFile` is what staff put at the
root so that WeChat believes the domain. Imports nothing but Django and its settings.
"""
