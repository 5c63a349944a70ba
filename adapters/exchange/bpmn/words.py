"""What the elements of BPMN 2.0 are to a chart, and which of them our language says only in part."""

from collections.abc import Mapping

from adapters.exchange.chart import Kind

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
OURS = "urn:shenpi"
"""Namespace of what we add where BPMN has no word: the names of states and actions, the kinds of actions."""
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
VENDORS = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://activiti.org/bpmn",
    "http://flowable.org/bpmn",
    "http://www.activiti.org/bpmn",
)

TASKS: Mapping[str, str] = {
    "task": "",
    "userTask": "",
    "manualTask": "",
    "serviceTask": "done_by_hand",
    "scriptTask": "done_by_hand",
    "businessRuleTask": "done_by_hand",
    "sendTask": "done_by_hand",
    "receiveTask": "noted_by_hand",
    "callActivity": "called_process",
    "globalTask": "",
    "callChoreography": "choreography",
    "choreographyTask": "choreography",
    "subChoreography": "choreography",
}
"""Steps, each with why it is not wholly said (empty: it is)."""

SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
GATEWAYS: Mapping[str, Kind] = {
    "exclusiveGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE,
    "eventBasedGateway": Kind.EVENTS,
    "complexGateway": Kind.INCLUSIVE,
}
EVENTS: Mapping[str, Kind] = {
    "startEvent": Kind.START,
    "endEvent": Kind.END,
    "intermediateCatchEvent": Kind.WAIT,
    "intermediateThrowEvent": Kind.PASS,
    "boundaryEvent": Kind.BOUNDARY,
    "implicitThrowEvent": Kind.PASS,
}
NODES = frozenset({*TASKS, *SCOPES, *GATEWAYS, *EVENTS})

BESIDES: Mapping[str, str] = {
    "dataObject": "data",
    "dataObjectReference": "data",
    "dataStoreReference": "data",
    "dataStore": "data",
    "dataInput": "data",
    "dataOutput": "data",
    "property": "data",
    "textAnnotation": "remark",
    "documentation": "remark",
    "group": "remark",
    "messageFlow": "message_flow",
    "resourceParameterBinding": "people",
    "loopCardinality": "loop_count",
    "choreography": "choreography",
    "conversation": "conversation",
    "globalUserTask": "reusable",
    "globalManualTask": "reusable",
    "globalScriptTask": "reusable",
    "globalBusinessRuleTask": "reusable",
}
"""Elements beside the control flow that are counted, and why our language does not take them over."""

DEFINITIONS: Mapping[str, str] = {
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional",
    "compensateEventDefinition": "compensation",
    "cancelEventDefinition": "cancel",
    "timerEventDefinition": "timer",
    "linkEventDefinition": "link",
    "terminateEventDefinition": "terminate",
}
