"""Requests that lead from a copy to its source and back."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from copycheck.model.copy_entry import ListedCopy
from copycheck.server.app import CopycheckServer
from copycheck.server.diagnostics import location_of
from copycheck.server.navigation import Navigator, copies_below, copy_item, source_item
from copycheck.server.project_thread import Place


def give_navigation(server: CopycheckServer) -> None:
    """Answer the requests for a source, for all copies, for links, and for the tree of both."""

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> list[types.LocationLink] | list[types.Location]:
        empty: list[types.LocationLink] = []
        found = await server.ask(
            params.text_document.uri, lambda place: _navigator(server, place).definition(params.position), empty
        )
        if server.takes_links:
            return found
        return [types.Location(link.target_uri, link.target_range) for link in found]

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        return await server.ask(
            params.text_document.uri, lambda place: _navigator(server, place).hover(params.position), None
        )

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(params: types.ReferenceParams) -> list[types.Location]:
        def answer(place: Place) -> list[types.Location]:
            return _navigator(server, place).references(params.position, params.context.include_declaration)

        return await server.ask(params.text_document.uri, answer, [])

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def document_link(params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        return await server.ask(params.text_document.uri, lambda place: list(_navigator(server, place).links()), [])

    _give_hierarchy(server)


def _give_hierarchy(server: CopycheckServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)
    async def prepare(params: types.CallHierarchyPrepareParams) -> list[types.CallHierarchyItem]:
        uri = params.text_document.uri
        return await server.ask(uri, lambda place: _navigator(server, place).hierarchy_at(params.position), [])

    @server.feature(types.CALL_HIERARCHY_INCOMING_CALLS)
    async def incoming(params: types.CallHierarchyIncomingCallsParams) -> list[types.CallHierarchyIncomingCall]:
        row = _row_of(params.item, "row")

        def answer(place: Place) -> list[types.CallHierarchyIncomingCall]:
            copies = copies_below(place.project, place.filename, row)
            return [
                types.CallHierarchyIncomingCall(
                    copy_item(place.project, copy, server.units), _ranges(server, place, copy)
                )
                for copy in copies
            ]

        return await server.ask(params.item.uri, answer, [])

    @server.feature(types.CALL_HIERARCHY_OUTGOING_CALLS)
    async def outgoing(params: types.CallHierarchyOutgoingCallsParams) -> list[types.CallHierarchyOutgoingCall]:
        row = _row_of(params.item, "copy")

        def answer(place: Place) -> list[types.CallHierarchyOutgoingCall]:
            copies = place.project.session.copies_in(place.filename)
            return [
                types.CallHierarchyOutgoingCall(
                    source_item(place.project, copy, server.units), _ranges(server, place, copy)
                )
                for copy in copies
                if copy.location.row == row and copy.source is not None
            ]

        return await server.ask(params.item.uri, answer, [])


def _navigator(server: CopycheckServer, place: Place) -> Navigator:
    return Navigator(place.project, place.filename, server.units)


def _ranges(server: CopycheckServer, place: Place, copy: ListedCopy) -> list[types.Range]:
    """Where a copy is said to be one: the range of its directive."""
    return [location_of(place.project, copy, server.units).range]


def _row_of(item: types.CallHierarchyItem, key: str) -> int:
    data: Any = item.data
    row = data.get(key) if isinstance(data, dict) else None
    return row if isinstance(row, int) else 0
