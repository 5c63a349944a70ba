"""A measure that changed a procedure and the version it led to find each other."""

from hashlib import sha256
from pathlib import Path

from tests.service.web.screening_scene import scene

MEASURE = {
    "problem": "退回补正拖延",
    "measure": "补正期限由十个工作日改为八个",
    "origin": "evaluation",
    "kind": "procedure",
    "due_on": "2026-12-20",
    "metric": "平均补正天数",
    "direction": "lower",
    "metric_from": "9",
    "metric_to": "8",
}


def test_a_measure_and_the_version_it_led_to_are_linked_both_ways(furnished_county: Path, tmp_path: Path) -> None:
    """If only one knew of the other, nobody could say why a rule is as it is, or whether a measure was carried out."""
    with scene(furnished_county, tmp_path) as place:
        code = place.start("improvement", "fin-perf", "T07-AGRI", "YH-2026-901", project="QH-2025-T07-0003")
        owner = place.actor("cty-review-1").id
        place.save(code, "fin-perf", **MEASURE, owner=owner)
        assert place.act(code, "fin-perf", "assign") == "accepted"
        place.save(code, "cty-review-1", steps="修改定义、试算、发布")
        assert place.act(code, "cty-review-1", "start") == "doing"
        proof = [{"id": "f1", "name": "a.pdf", "kind": "pdf", "size": 9, "digest": "0" * 64}]
        place.save(code, "cty-review-1", progress="已发布", proof=proof)
        assert place.refused(code, "cty-review-1", "submit") == {"measures.no_version"}
        place.save(code, "cty-review-1", definition="lesson")
        assert place.refused(code, "cty-review-1", "submit") == {"measures.no_version"}
        publishing = place.assembly.publishing
        source = publishing.edition("lesson", 1).source.replace("经验教训", "经验与教训")
        draft = publishing.draft("lesson", source, sha256(source.encode()).hexdigest(), "a")
        publishing.publish("lesson", draft.version, "b")
        assert place.act(code, "cty-review-1", "submit") == "verifying"
        head = place.browser("cty-head")
        assert 'href="/admin/definitions/lesson/2"' in head.get(f"/items/{code}").text
        version = head.get("/admin/definitions/lesson/2").text
        assert f'href="/items/{code}"' in version
        assert "退回补正拖延" in version
        writer = place.browser("wf-admin").get("/admin/definitions/lesson/2").text
        assert code not in writer, "who may not see the item is not told of it"
