"""A certificate of all chains in words: the same rows on the page and on paper."""

from collections.abc import Sequence

from service.http.evidence import Certificate
from service.web.formats import Formats
from service.web.site import CHINA
from service.web.views.reader import Reader

FAULTS_SHOWN_MAX = 50
"""Faults that are named; the data has all of them."""


def verdict_of(certificate: Certificate, reader: Reader) -> str:
    """Say whether all is as written."""
    return reader.t("audit.verify.clean" if certificate.clean else "audit.verify.broken")


def counts_of(certificate: Certificate, reader: Reader) -> Sequence[tuple[str, str]]:
    """Give when and by whom, and how much was followed, chain by chain."""
    t, numbers = reader.t, Formats(reader.t, CHINA)

    def records(count: int, broken_at: int | None = None) -> str:
        said = t("audit.verify.records", count=count)
        return said if broken_at is None else f"{said} · {t('audit.verify.first', number=broken_at)}"

    return (
        (t("audit.verify.at"), f"{numbers.moment(certificate.at)} · {reader.person(certificate.by)}"),
        (t("audit.verify.items"), f"{certificate.items:,} · {records(certificate.records)}"),
        (t("audit.verify.money"), f"{certificate.ledgers:,} · {records(certificate.ledger_entries)}"),
        (t("audit.verify.office"), records(certificate.changes, certificate.changes_broken_at)),
        (t("audit.verify.sign_ins"), records(certificate.sign_ins, certificate.sign_ins_broken_at)),
    )


def anchors_of(certificate: Certificate, key: str, reader: Reader) -> Sequence[tuple[str, str]]:
    """Give what is to be kept elsewhere: the ends of all chains, the digest, and the key of exports."""
    return (
        (reader.t("audit.verify.items_anchor"), certificate.items_anchor),
        (reader.t("audit.verify.ledgers_anchor"), certificate.ledgers_anchor),
        (reader.t("audit.verify.anchor"), certificate.office_anchor),
        (reader.t("audit.verify.sign_ins_anchor"), certificate.sign_ins_anchor),
        (reader.t("audit.verify.digest"), certificate.digest),
        (reader.t("audit.verify.key"), key),
    )


def faults_of(certificate: Certificate) -> Sequence[str]:
    """Name the first faults: the item or entry, the record, what is wrong."""
    return [
        " · ".join(map(str, filter(None, (one.item_id, one.seq, one.what))))
        for one in certificate.faults[:FAULTS_SHOWN_MAX]
    ]
