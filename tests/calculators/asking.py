"""How tests ask a calculator over the public JSON, and what every refusal of a question must be."""

from typing import Any

from django.test import Client

MESSAGES = dict[str, list[str]]


def ask(client: Client, slug: str, query: Any) -> dict[str, Any]:
    """Return the answer to a right question."""
    response = client.get(f"/api/v1/calculators/{slug}", query)
    assert response.status_code == 200, response.content.decode()
    document: dict[str, Any] = response.json()
    assert document["calculator"] == slug
    assert (document["result"] is not None) == document["computable"]
    if not document["computable"]:
        assert document["reason"]
        assert document["ask"]
    return document


def refused(client: Client, slug: str, query: Any) -> MESSAGES:
    """Return the errors of a wrong question: 422, one list a field, in Chinese."""
    response = client.get(f"/api/v1/calculators/{slug}", query)
    assert response.status_code == 422, response.content.decode()
    document = response.json()
    assert set(document) == {"errors"}
    errors: MESSAGES = document["errors"]
    for messages in errors.values():
        assert messages
        assert all(any("一" <= sign <= "鿿" for sign in message) for message in messages)
    return errors
