"""Applications made in numbers, as an office would make them, for tests that need many."""

from dataclasses import dataclass
from io import BytesIO

from adapters.sql.uploads import StoredFile, add_file
from engine.case import Case
from engine.commands import Act, Save, Start
from engine.definition import FieldType
from engine.values import Json
from tests.service.web.county import Service
from tests.workflows.procedure import procedure
from workflows.demo.papers import pdf

MODEL = "QH-2026-T09-0038"
"""An application that was sent, to make others like it."""

PAPERS = ("need_statement", "target_form", "cost_basis", "emergency_document")


@dataclass
class Jobs:
    """The county, and applications that are made for a job."""

    county: Service
    made: int = 0

    def case(self, words: str) -> Case:
        """Give an item."""
        return self.county.case(words)

    def paper(self, case_id: str, name: str, who: str) -> Json:
        """Hand a paper in."""
        assembly = self.county.assembly
        kept, now = assembly.files.put(BytesIO(pdf([name]))), assembly.clock.now()
        file = StoredFile(assembly.ids.new(), case_id, "", name, "pdf", kept.size_bytes, kept.digest, who, now)
        add_file(assembly.database, file)
        return {"id": file.id, "name": name, "kind": "pdf", "size": kept.size_bytes, "digest": kept.digest}

    def apply(self, kind: str, *, send: bool) -> str:
        """Make an application like the model, as its office would; gives its code."""
        assembly, model, definition = self.county.assembly, self.case(MODEL), procedure()
        actor = assembly.organisation.now().actor(model.initiator, assembly.clock.now())
        self.made += 1
        code = f"{kind}-{self.made:04}"
        assembly.runtime.execute(
            Start(case_id=code, actor=actor, definition=definition.key, code=code, unit=model.unit, data={})
        )
        data = {name: model.data[name] for name in definition.states["draft"].form.edit if name in model.data}
        for name in PAPERS:
            papers = [self.paper(code, f"{name}-{number}.pdf", model.initiator) for number in range(3)]
            data[name] = papers if definition.fields[name].type is FieldType.FILES else papers[0]
        data["name"] = f"{data['name']} {self.made}"
        assembly.runtime.execute(Save(case_id=code, actor=actor, data=data))
        if send:
            assembly.runtime.execute(Act(case_id=code, actor=actor, action="submit"))
        return code
