"""Items over HTTP: the whole way of one, and every way in which it is refused."""

from tests.service.conftest import Desk


def test_an_item_goes_all_the_way(desk: Desk) -> None:
    """Opened, submitted, passed, voted on and closed, each answer telling the next revision."""
    ann, rita, eva, eli = (desk.sign_in(name) for name in ("ann", "rita", "eva", "eli"))
    started = ann.start()
    assert (started["state"], started["revision"], started["code"]) == ("draft", 1, "QH-2026-0001")
    submitted = ann.act(started, "submit")
    assert (submitted["state"], submitted["revision"]) == ("review", 2)
    passed = rita.act(submitted, "pass", {"panel": ["eva", "eli"]})
    assert passed["state"] == "panel"
    voted = eva.act(passed, "agree", {"points": 80})
    assert voted["state"] == "panel"
    closed = eli.act(voted, "agree")
    assert closed["state"] == "dug"
    item = ann.get(f"/items/{started['id']}").json()
    assert (item["state"]["title"], item["closed_at"] is not None, item["tasks"]) == ("已立项", True, [])


def test_lists_hold_what_one_may_see(desk: Desk) -> None:
    """The own office's items, those one takes part in, and all of the county for who watches over it."""
    ann, amy, bob, rita, eva = (desk.sign_in(name) for name in ("ann", "amy", "bob", "rita", "eva"))
    item = ann.act(ann.start(), "submit")
    assert rita.act(item, "pass", {"panel": ["eva", "eli"]})["state"] == "panel"
    assert [one.get("/items").json()["total"] for one in (ann, amy, bob, rita, eva)] == [1, 1, 0, 1, 1]
    line = rita.get("/items", params={"q": "井", "state": "panel", "closed": "false"}).json()["items"][0]
    assert (line["code"], line["state_title"], line["unit"]["name"]) == ("QH-2026-0001", "专家评审", "星禾镇")
    for params in ({"q": "zz"}, {"state": "draft"}, {"closed": "true"}, {"unit": "liuyan"}, {"mine": "true"}):
        assert rita.get("/items", params=params).json()["total"] == 0, params


def test_pages_follow_each_other(desk: Desk) -> None:
    """Nothing is told twice or left out; a place that we did not give is refused."""
    ann = desk.sign_in("ann")
    made = [ann.start()["id"] for _ in range(5)]
    seen, after = [], None
    for _ in range(3):
        page = ann.get("/items", params={"limit": 2, **({"after": after} if after else {})}).json()
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
    assert (seen, after) == (made[::-1], None)
    for path in ("/items", "/tasks?view=done"):
        for limit in ("0", "201", "-1", "x", "9" * 30):
            assert ann.get(path, params={"limit": limit}).status_code == 400, limit
    assert ann.get("/tasks", params={"after": "nonsense"}).status_code == 422


def test_tasks_are_claimed_done_and_remembered(desk: Desk) -> None:
    """From the group's queue to one's own, and into what one has done."""
    ann, rita = desk.sign_in("ann"), desk.sign_in("rita")
    item = ann.act(ann.start(), "submit")
    (line,) = rita.get("/tasks", params={"view": "claimable"}).json()["tasks"]
    assert (line["item_title"], line["revision"], line["task"]["holder"]) == ("井", 2, "县数据局评审与项目科 · 青禾县")
    task = line["task"]["id"]
    assert rita.post(f"/tasks/{task}/claim").json()["revision"] == 3
    (mine,) = rita.get("/tasks").json()["tasks"]
    assert (mine["task"]["id"], mine["task"]["is_mine"], mine["task"]["group"]) == (task, True, "g:cty_review@qh")
    assert rita.post(f"/tasks/{task}/release").json()["tasks"][0]["principal"] == "g:cty_review@qh"
    rita.act({**item, "revision": 4}, "reject", comment="no")
    (done,) = rita.get("/tasks", params={"view": "done"}).json()["tasks"]
    assert (done["task"]["outcome"], done["task"]["action"]) == ("done", "reject")
    assert rita.get(f"/tasks/{task}").json()["task"]["closed_at"] is not None


def test_a_task_is_handed_on_lent_and_answered(desk: Desk) -> None:
    """Transfer, delegate and answer; to nobody unknown."""
    ann, rita, rob = (desk.sign_in(name) for name in ("ann", "rita", "rob"))
    task = ann.act(ann.start(), "submit")["tasks"][0]["id"]
    rita.post(f"/tasks/{task}/claim")
    assert rita.post(f"/tasks/{task}/transfer", {"to": "nobody"}).status_code == 422
    assert rita.post(f"/tasks/{task}/transfer", {"to": "rob"}).json()["tasks"][0]["holder"] == "Rob"
    assert rob.post(f"/tasks/{task}/delegate", {"to": "rita", "comment": "?"}).json()["tasks"][0]["lender"] == "rob"
    assert rita.post(f"/tasks/{task}/answer", {"comment": "fine"}).json()["tasks"][0]["principal"] == "u:rob"
    assert [one.get("/tasks").json()["total"] for one in (rita, rob)] == [0, 1]


def test_a_batch_tells_what_became_of_each(desk: Desk) -> None:
    """The good ones are done, each of the others has its reason; repeating it changes nothing."""
    ann, rita = desk.sign_in("ann"), desk.sign_in("rita")
    items = [ann.act(ann.start(), "submit") for _ in range(3)]
    tasks = [{"task": item["tasks"][0]["id"], "revision": item["revision"]} for item in items]
    tasks[1]["revision"] = 1
    body = {"action": "reject", "tasks": [*tasks, {"task": "no-such", "revision": 1}], "comment": "no"}
    for _ in range(2):
        answer = rita.post("/tasks/batch", body, key="b1")
        assert [line["status"] for line in answer.json()["results"]] == [200, 412, 200, 404]
    assert rita.post("/tasks/batch", {**body, "comment": "other"}, key="b1").json()["results"][0]["status"] == 422
    assert rita.ask("POST", "/tasks/batch", json=body).status_code == 400
    bad = rita.post("/tasks/batch", {**body, "comment": "", "tasks": [tasks[1] | {"revision": 2}]})
    assert bad.json()["results"][0]["reasons"][0]["code"] == "comment.required"


def test_options_say_what_may_be_done_and_why_not(desk: Desk) -> None:
    """Every button of the state, judged for the one who asks."""
    ann, amy, rita = desk.sign_in("ann"), desk.sign_in("amy"), desk.sign_in("rita")
    item = ann.start(name=None)
    path = f"/items/{item['id']}/options"
    mine = {option["action"]: option for option in ann.get(path).json()["actions"]}
    assert mine["submit"]["allowed"]
    assert [reason["where"] for reason in mine["submit"]["missing"]] == ["name"]
    assert mine["submit"]["title"] == "提交"
    other = amy.get(path, headers={"Accept-Language": "en"}).json()["actions"][0]
    assert (other["allowed"], other["refused"][0]["message"]) == (False, "This is not your task.")
    submitted = ann.act(ann.start(), "submit")
    verbs = rita.get(f"/items/{submitted['id']}/options").json()["verbs"]
    assert [verb["verb"] for verb in verbs if verb["allowed"]] == ["claim", "remark", "copy", "urge"]
    (undo,) = [verb for verb in verbs if verb["verb"] == "undo"]
    assert [reason["code"] for reason in undo["refused"]] == ["undo.not_last"]


def test_a_blind_vote_stays_hidden_until_the_round_is_over(desk: Desk) -> None:
    """From the other voters and from everybody else; the voter sees their own."""
    ann, rita, eva, eli = (desk.sign_in(name) for name in ("ann", "rita", "eva", "eli"))
    item = rita.act(ann.act(ann.start(), "submit"), "pass", {"panel": ["eva", "eli"]})
    voted = eva.act(item, "object", comment="canary")
    path = f"/items/{item['id']}/timeline"
    assert ["canary" in one.get(path).text for one in (ann, rita, eli, eva)] == [False, False, False, True]
    assert "object" not in eli.get(path).text
    eli.act(voted, "agree")
    assert "canary" in ann.get(path).text


def test_fields_are_saved_without_deciding(desk: Desk) -> None:
    """By whoever has the work, at the revision that was seen."""
    ann, amy = desk.sign_in("ann"), desk.sign_in("amy")
    item = ann.start()
    path, body = f"/items/{item['id']}", {"data": {"name": "新井", "cost": None}}
    assert ann.ask("PATCH", path, json=body).status_code == 428
    assert ann.ask("PATCH", path, json=body, revision=1).json()["revision"] == 2
    assert ann.get(path).json()["data"] == {"name": "新井"}
    assert amy.ask("PATCH", path, json=body, revision=2).status_code == 422
    wrong = ann.ask("PATCH", path, json={"data": {"name": 7, "panel": [], "none": 1}}, revision=2)
    assert sorted(reason["code"] for reason in wrong.json()["reasons"]) == [
        "field.not_editable",
        "field.unknown",
        "field.wrong_type",
    ]
