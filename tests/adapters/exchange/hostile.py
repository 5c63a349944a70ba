"""Files that mean harm, or were made by accident: a few hundred, each by a rule of its own."""

import json
import random
from collections.abc import Iterator
from xml.sax.saxutils import escape

from tests.adapters.exchange.models import HEAD, MODEL, bpmn, document, random_block

WIDE = (
    *("\u202eabc", "\u200b", "\ufeff", "\U00020bb7" * 300, "e\u0301" * 400, "\U0001f600", "a\u0300" * 200),
    *("\uff21\uff22\uff23", "\u2028", "\ufdfd" * 50),
)
SOUND = bpmn("start > A > and1 > B > and2 > end", "and1 > C > and2")
Case = tuple[str, bytes]


def corpus() -> Iterator[Case]:
    """Give name and content of every file."""
    yield from _entities()
    yield from _large()
    yield from _deep()
    yield from _cyclic()
    yield from _odd_words()
    yield from _broken_links()
    yield from _namespaces()
    yield from _cut_short()
    yield from _shuffled()
    yield from _json()
    yield from _workflows()


def _entities() -> Iterator[Case]:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    yield "laughs", f'<!DOCTYPE d [<!ENTITY l0 "ha">{levels}]><definitions xmlns="{MODEL}">&l11;</definitions>'.encode()
    yield "quadratic", f'<!DOCTYPE d [<!ENTITY a "{"x" * 50_000}">]><definitions>{"&a;" * 5_000}</definitions>'.encode()
    for number, address in enumerate(
        ("file:///etc/passwd", "http://127.0.0.1:9/x", "ftp://127.0.0.1/x", "\\\\host\\x")
    ):
        yield (
            f"external {number}",
            f'<!DOCTYPE d [<!ENTITY e SYSTEM "{address}">]><definitions>&e;</definitions>'.encode(),
        )
        yield f"parameter {number}", f'<!DOCTYPE d [<!ENTITY % e SYSTEM "{address}"> %e;]><definitions/>'.encode()
        yield f"dtd {number}", f'<!DOCTYPE definitions SYSTEM "{address}"><definitions xmlns="{MODEL}"/>'.encode()
        include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{address}"/>'
        yield f"include {number}", document(f'<process id="p">{include}<startEvent id="s"/></process>').encode()


def _large() -> Iterator[Case]:
    yield "many elements", (HEAD + f'<definitions xmlns="{MODEL}">' + "<a/>" * 500_000 + "</definitions>").encode()
    yield "many attributes", ("<definitions " + " ".join(f"a{n}=''" for n in range(250_000)) + "/>").encode()
    yield "many bytes", b"<definitions>" + b" " * (5 << 20) + b"</definitions>"
    yield "long text", document(f'<process id="p"><task id="t" name="{"x" * 3_000_000}"/></process>').encode()
    yield (
        "long condition",
        bpmn("start > xor1 > A > end", "xor1 > B > end", inside=_condition("f1", "a && " * 90_000)).encode(),
    )
    for count in (400, 1_900):
        yield f"chain {count}", bpmn(" > ".join(["start", *(f"T{n}" for n in range(count)), "end"])).encode()
        yield (
            f"fan {count}",
            bpmn("start > and1", *(f"and1 > T{n} > and2" for n in range(count)), "and2 > end").encode(),
        )
        yield f"ends {count}", bpmn("start > and1", *(f"and1 > T{n} > end{n}" for n in range(count))).encode()
        yield (
            f"choice {count}",
            bpmn("start > xor1", *(f"xor1 > T{n} > xor2" for n in range(count)), "xor2 > end").encode(),
        )
        yield (
            f"inclusive {count}",
            bpmn("start > or1", *(f"or1 > T{n} > or2" for n in range(count)), "or2 > end").encode(),
        )
        yield (
            f"ladder {count}",
            bpmn(
                "start > xor0", *(f"xor{n} > xor{n + 1}" for n in range(count)), *(f"T > xor{n}" for n in range(count))
            ).encode(),
        )
    for count in (9, 14, 40):
        yield (
            f"steps side by side {count}",
            bpmn("start > and1", *(f"and1 > A{n} > B{n} > end{n}" for n in range(count))).encode(),
        )
        grid = [f"and{n}x > xor{n}a > A{n} > xor{n}b > and{n}y" for n in range(count)]
        cross = [f"and{n}x > X{n} > and{(n + 1) % count}y" for n in range(count)]
        yield f"grid {count}", bpmn("start > and1", *(f"and1 > and{n}x" for n in range(count)), *grid, *cross).encode()
    starts = "".join(
        f'<startEvent id="s{n}"/><sequenceFlow id="f{n}" sourceRef="s{n}" targetRef="e"/>' for n in range(1_500)
    )
    yield "starts", document(f'<process id="p">{starts}<endEvent id="e"/></process>').encode()
    yield (
        "processes",
        document("".join(f'<process id="p{n}"><task id="t{n}"/></process>' for n in range(2_000))).encode(),
    )
    edges = "".join(f'<boundaryEvent id="b{n}" attachedToRef="t" cancelActivity="false"/>' for n in range(800))
    flow = '<sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
    whole = f'<process id="p"><startEvent id="s"/><task id="t"/>{edges}{flow}</process>'
    yield "edges", document(whole).encode()


def _condition(flow: str, text: str) -> str:
    condition = f"<conditionExpression>{escape(text)}</conditionExpression>"
    return f'<sequenceFlow id="c{flow}" sourceRef="xor1" targetRef="A">{condition}</sequenceFlow>'


def _deep() -> Iterator[Case]:
    for depth in (40, 90, 5_000, 100_000):
        yield (
            f"deep {depth}",
            (f'<definitions xmlns="{MODEL}">' + "<a>" * depth + "</a>" * depth + "</definitions>").encode(),
        )
        opened = "".join(f'<subProcess id="s{n}"><startEvent id="b{n}"/>' for n in range(depth))
        yield (
            f"sub-processes {depth}",
            document(f'<process id="p">{opened}{"</subProcess>" * depth}</process>').encode(),
        )


def _cyclic() -> Iterator[Case]:
    for size in (1, 2, 3, 50, 900):
        ring = [f"T{n} > T{(n + 1) % size}" for n in range(size)]
        yield f"ring {size}", bpmn(*ring).encode()
        yield f"ring from start {size}", bpmn("start > T0", *ring).encode()
        yield (
            f"gateways in a ring {size}",
            bpmn("start > xor0", *(f"xor{n} > xor{(n + 1) % size}" for n in range(size))).encode(),
        )
        yield (
            f"joins in a ring {size}",
            bpmn("start > and0", *(f"and{n} > and{(n + 1) % size}" for n in range(size))).encode(),
        )
        yield (
            f"inclusive ring {size}",
            bpmn("start > or0", *(f"or{n} > or{(n + 1) % size}" for n in range(size)), "or0 > end").encode(),
        )
    yield "attached to itself", document('<process id="p"><boundaryEvent id="b" attachedToRef="b"/></process>').encode()
    links = "".join(
        f'<intermediateThrowEvent id="l{n}"><linkEventDefinition name="x"/></intermediateThrowEvent>' for n in range(50)
    )
    yield "links", document(f'<process id="p"><startEvent id="s"/>{links}</process>').encode()


def _odd_words() -> Iterator[Case]:
    for number, word in enumerate(WIDE):
        for tag in ("id", "name"):
            other = {"id": "t", "name": "n"} | {tag: word}
            node = f'<userTask id="{other["id"]}" name="{other["name"]}"/>'
            flows = f'<sequenceFlow id="f" sourceRef="s" targetRef="{other["id"]}"/>'
            yield f"{tag} {number}", document(f'<process id="p"><startEvent id="s"/>{node}{flows}</process>').encode()
        yield (
            f"condition {number}",
            bpmn("start > xor1 > A > end", "xor1 > B > end", inside=_condition("x", f'${{x == "{word}"}}')).encode(),
        )
    for number, condition in enumerate(
        (
            "${",
            "}",
            "${${x}}",
            "((((" * 200,
            "not " * 300,
            "a==b==c",
            "1<x<2",
            '"',
            "'",
            "${x=='\\'}",
            "__import__('os')",
            "${''.class}",
            "x eq null",
        )
    ):
        yield (
            f"odd condition {number}",
            bpmn("start > xor1 > A > end", "xor1 > B > end", inside=_condition("x", condition)).encode(),
        )
    for encoding in ("utf-16", "utf-16-le", "utf-32", "utf-7", "cp037", "gb18030", "latin-1"):
        yield f"in {encoding}", SOUND.encode(encoding)
        yield f"said to be {encoding}", SOUND.replace("UTF-8", encoding).encode()


def _broken_links() -> Iterator[Case]:
    for number, (old, new) in enumerate(
        (
            (' sourceRef="A"', ""),
            (' targetRef="A"', ""),
            ('id="A"', ""),
            ('id="f1"', ""),
            ('id="B"', 'id="A"'),
            ('id="f1"', 'id="f2"'),
            ('targetRef="A"', 'targetRef="nowhere"'),
            ('sourceRef="A"', 'sourceRef="end"'),
            ('targetRef="A"', 'targetRef="start"'),
            ("startEvent", "endEvent"),
            ("endEvent", "startEvent"),
            ("parallelGateway", "inclusiveGateway"),
            ("parallelGateway", "exclusiveGateway"),
            ("parallelGateway", "complexGateway"),
            ("parallelGateway", "eventBasedGateway"),
            ("userTask", "callActivity"),
            ("userTask", "subProcess"),
            ("userTask", "boundaryEvent"),
            ("userTask", "participant"),
            ("process", "collaboration"),
            ("<sequenceFlow", "<messageFlow"),
        )
    ):
        yield f"link {number}", SOUND.replace(old, new).encode()
        yield f"first link {number}", SOUND.replace(old, new, 1).encode()


def _namespaces() -> Iterator[Case]:
    for number, namespace in enumerate(
        (
            "",
            "urn:x",
            MODEL.upper(),
            MODEL + " ",
            "http://www.omg.org/spec/BPMN/20090303/MODEL",
            "http://schema.omg.org/spec/BPMN/2.0",
        )
    ):
        yield f"namespace {number}", SOUND.replace(MODEL, namespace).encode()
    for number, root in enumerate(("html", "svg", "definitions", "dc-workflow", "DEFINITIONS", "bpmn", "package")):
        yield f"root {number}", f"<{root}/>".encode()
        yield f"prefixed root {number}", f'<x:{root} xmlns:x="{MODEL}"/>'.encode()


def _cut_short() -> Iterator[Case]:
    whole = SOUND.encode()
    for at in range(0, len(whole), len(whole) // 50):
        yield f"cut at {at}", whole[:at]
    for word in (
        b"",
        b"\x00",
        b"\x00" * 1_000,
        b"PK\x03\x04",
        b"%PDF-1.7",
        b"\xff\xfe",
        b"<",
        b"{",
        b"[",
        b"null",
        b'""',
        b"{}",
    ):
        yield f"only {word[:8]!r}", word


def _shuffled() -> Iterator[Case]:
    chance = random.Random(11)
    for number in range(60):
        text = bpmn(*random_block(chance, 3))
        kinds = ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "userTask", "endEvent"]
        yield f"kind {number}", text.replace(chance.choice(kinds), chance.choice(kinds), 1).encode()
        raw = bytearray(text.encode())
        for _ in range(5):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        yield f"bytes {number}", bytes(raw)


def _json() -> Iterator[Case]:
    for depth in (100, 900, 50_000):
        yield f"json arrays {depth}", b"[" * depth + b"]" * depth
        node = '{"nodeName":"a","nodeKey":"k","type":1,"childNode":' * depth + "{}" + "}" * depth
        yield f"json chain {depth}", f'{{"key":"k","nodeConfig":{node}}}'.encode()
        node = '{"nodeName":"a","nodeKey":"k","type":4,"conditionNodes":[' * depth + "{}" + "]}" * depth
        yield f"json branches {depth}", f'{{"key":"k","nodeConfig":{node}}}'.encode()
    start = {"nodeName": "a", "nodeKey": "k", "type": 0}
    odd: list[object] = [None, True, 1, 1.5, "x", [], {}, -1, 10**30, "\u202e"]
    for key in (
        "type",
        "childNode",
        "setType",
        "nodeAssigneeList",
        "term",
        "examineMode",
        "conditionNodes",
        "nodeKey",
        "extendConfig",
        "rejectStrategy",
    ):
        for number, value in enumerate(odd):
            child = {"nodeName": "b", "nodeKey": "b", "type": 1, "termAuto": True, key: value}
            yield f"json {key} {number}", json.dumps({"key": "k", "nodeConfig": {**start, "childNode": child}}).encode()
    for kind in range(-3, 40):
        listed = [{"nodeName": "x", "type": 3, "conditionList": [[{"field": "a", "operator": ">", "value": "1"}]]}] * 3
        child = {
            "type": kind,
            "conditionNodes": listed,
            "parallelNodes": listed,
            "inclusiveNodes": listed,
            "routeNodes": listed,
        }
        yield f"json kind {kind}", json.dumps({"key": "k", "nodeConfig": {**start, "childNode": child}}).encode()
    wide = [{"nodeName": f"x{n}", "type": 3, "childNode": {"type": 1, "nodeKey": f"a{n}"}} for n in range(1_500)]
    for key, kind in (("conditionNodes", 4), ("parallelNodes", 8), ("inclusiveNodes", 9)):
        yield (
            f"json wide {kind}",
            json.dumps({"key": "k", "nodeConfig": {**start, "childNode": {"type": kind, key: wide}}}).encode(),
        )


def _workflows() -> Iterator[Case]:
    yield "no states", b'<dc-workflow workflow_id="w" initial_state="a"/>'
    states = "".join(
        f'<state state_id="s{n}" title="S"><exit-transition transition_id="t{n}"/></state>' for n in range(1_500)
    )
    moves = "".join(f'<transition transition_id="t{n}" new_state="s{(n * 7 + 1) % 1_500}"/>' for n in range(1_500))
    yield "many states", f'<dc-workflow workflow_id="w" initial_state="s0">{states}{moves}</dc-workflow>'.encode()
    exits = "".join(f'<exit-transition transition_id="t{n}"/>' for n in range(300))
    moves = "".join(f'<transition transition_id="t{n}" new_state="a"/>' for n in range(300))
    head = '<dc-workflow workflow_id="w" initial_state="a"><state state_id="a">'
    yield "many exits", f"{head}{exits}</state>{moves}</dc-workflow>".encode()
    yield "twice", b'<dc-workflow initial_state="a"><state state_id="a"/><state state_id="a"/><state/></dc-workflow>'
