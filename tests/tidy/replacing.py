"""A plugin of mypy: `dataclasses.replace` takes no Struct, which mypy lets pass and only the call itself refuses."""

from collections.abc import Callable

from mypy.plugin import FunctionContext, Plugin
from mypy.types import Instance, Type, TypeVarType, UnionType, get_proper_type


class Replacing(Plugin):
    """Looks at what `dataclasses.replace` is given."""

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """Tell mypy whose calls to show."""
        return _judge if fullname == "dataclasses.replace" else None


def plugin(_version: str) -> type[Plugin]:
    """Give the plugin, as mypy asks for it."""
    return Replacing


def _judge(call: FunctionContext) -> Type:
    for given in call.arg_types[0]:
        if _is_struct(given):
            call.api.fail("A Struct is changed by msgspec.structs.replace, not by dataclasses.replace", call.context)
    return call.default_return_type


def _is_struct(given: Type) -> bool:
    found = get_proper_type(given)
    if isinstance(found, UnionType):
        return any(map(_is_struct, found.items))
    if isinstance(found, TypeVarType):
        return _is_struct(found.upper_bound)
    return isinstance(found, Instance) and found.type.has_base("msgspec.Struct")
