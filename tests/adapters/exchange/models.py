"""Makes models: BPMN text from a short notation, and charts by chance."""

import random
from itertools import pairwise
from xml.sax.saxutils import quoteattr

from adapters.exchange.chart import Chart, Flow, Kind, Node

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ELEMENTS = {
    "start": "startEvent",
    "end": "endEvent",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
}


def bpmn(*ways: str, inside: str = "") -> str:
    """Make a file of ways such as `start > A > xor1 > end`; what is called like a gateway or event is one."""
    names: dict[str, None] = {}
    flows: list[tuple[str, str]] = []
    for way in ways:
        steps = [step.strip() for step in way.split(">")]
        names.update(dict.fromkeys(steps))
        flows += pairwise(steps)
    nodes = "".join(f"<{element(name)} id={quoteattr(name)} name={quoteattr(name)}/>" for name in names)
    edges = "".join(
        f'<sequenceFlow id="f{number}" sourceRef={quoteattr(source)} targetRef={quoteattr(target)}/>'
        for number, (source, target) in enumerate(flows)
    )
    return document(f'<process id="p" name="Trial">{nodes}{edges}{inside}</process>')


def document(inside: str, namespace: str = MODEL) -> str:
    """Put processes into a document."""
    return f"{HEAD}<definitions xmlns={quoteattr(namespace)} targetNamespace='urn:trial'>{inside}</definitions>"


def element(name: str) -> str:
    """Give the element a name stands for."""
    return next((found for word, found in ELEMENTS.items() if name.startswith(word)), "userTask")


def random_chart(seed: int, nodes: int = 9) -> Chart:
    """Give a chart of steps and gateways joined by chance: most are unsound, in every way there is."""
    chance = random.Random(seed)
    kinds = [Kind.TASK, Kind.TASK, Kind.EXCLUSIVE, Kind.EXCLUSIVE, Kind.PARALLEL, Kind.PARALLEL]
    made = Chart(f"c{seed}")
    made.nodes["s"] = Node("s", Kind.START)
    made.nodes["e"] = Node("e", Kind.END)
    inner = [f"n{number}" for number in range(chance.randint(1, nodes))]
    made.nodes |= {name: Node(name, chance.choice(kinds)) for name in inner}
    order = ["s", *inner, "e"]
    ways = [*pairwise(order)]
    ways += [(chance.choice(["s", *inner]), chance.choice([*inner, "e"])) for _ in range(chance.randint(0, nodes))]
    for way in chance.sample(ways, len(ways) // 6):
        ways.remove(way)
    made.flows = [Flow(f"f{number}", *way) for number, way in enumerate(ways)]
    return made


def random_block(chance: random.Random, depth: int = 3) -> list[str]:
    """Give the ways of a sound model between `start` and `end`, blocks in blocks."""
    count = iter(range(10_000))
    ways: list[str] = []

    def block(source: str, target: str, left: int) -> None:
        shape = chance.choice(["step", "chain", "xor", "and", "loop"]) if left else "step"
        number = next(count)
        if shape == "step":
            ways.append(f"{source} > T{number} > {target}")
        elif shape == "chain":
            block(source, f"T{number}", left - 1)
            block(f"T{number}", target, left - 1)
        elif shape == "loop":
            ways.append(f"{source} > xor{number}a")
            block(f"xor{number}a", f"xor{number}b", left - 1)
            ways.append(f"xor{number}b > T{number}x > xor{number}a")
            ways.append(f"xor{number}b > {target}")
        else:
            ways.append(f"{source} > {shape}{number}a")
            for _ in range(chance.randint(2, 4)):
                block(f"{shape}{number}a", f"{shape}{number}b", left - 1)
            ways.append(f"{shape}{number}b > {target}")

    block("start", "end", depth)
    return ways
