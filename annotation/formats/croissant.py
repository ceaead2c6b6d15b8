"""Croissant 1.1 metadata (MLCommons 2024) with the vocabulary for responsible AI, as JSON-LD."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from annotation.formats.card import QUESTIONS, UNSTATED, Card

FILE_NAME = "croissant.json"
_LISTS = frozenset(
    {
        "dataCollectionType", "dataAnnotationProtocol", "dataAnnotationPlatform", "dataAnnotationAnalysis",
        "annotatorDemographics", "machineAnnotationTools", "dataUseCases", "dataBiases", "dataLimitations",
        "personalSensitiveInformation",
    }
)  # fmt: skip
_DATES = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARQUET = "application/x-parquet"

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant_metadata(
    card: Card, schemas: Mapping[str, pa.Schema], files: Sequence[tuple[str, int, str]]
) -> dict[str, Any]:
    """Describe a folder of Parquet files.

    Parameters
    ----------
    schemas : configuration -> columns; its files are ``data/<configuration>/*.parquet``
    files : path inside the folder, bytes and SHA-256 of each file
    """
    metadata: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": card.title,
        "description": card.summary or UNSTATED,
        "license": _licence(card.licence),
        "url": card.url,
        "version": card.version,
        "datePublished": card.published,
        "citeAs": card.citation,
        "creator": [{"@type": "sc:Person", "name": author} for author in card.authors],
        "inLanguage": list(card.languages),
        "keywords": list(card.tags),
    }
    metadata |= _responsible(card)
    metadata["distribution"] = [
        *(
            {
                "@type": "cr:FileObject",
                "@id": path,
                "name": path,
                "contentUrl": path,
                "contentSize": f"{size} B",
                "encodingFormat": _PARQUET,
                "sha256": digest,
            }
            for path, size, digest in files
        ),
        *(
            {
                "@type": "cr:FileSet",
                "@id": f"{name}-files",
                "name": f"{name}-files",
                "encodingFormat": _PARQUET,
                "includes": f"data/{name}/*.parquet",
            }
            for name in schemas
        ),
    ]
    metadata["recordSet"] = [_records(name, schema) for name, schema in schemas.items()]
    return {name: held for name, held in metadata.items() if held not in ([], "")}


def _licence(name: str) -> str:
    """An address: that of the SPDX list for its ids; nothing where the licence is no public one."""
    if "://" in name:
        return name
    return "" if name in ("", "other", "unknown") else f"https://spdx.org/licenses/{name}.html"


def _responsible(card: Card) -> dict[str, Any]:
    """The properties for responsible AI; what nobody stated is said not to be."""
    found: dict[str, Any] = {}
    for question in QUESTIONS:
        answer = card.answers.get(question.key, "")
        if question.rai == "dataCollectionTimeframe":
            if dates := _DATES.findall(answer):
                found["rai:dataCollectionTimeframe"] = dates
        elif question.rai:
            found[f"rai:{question.rai}"] = [answer or UNSTATED] if question.rai in _LISTS else answer or UNSTATED
    return found


def _records(name: str, schema: pa.Schema) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "field": [
            _field(name, column.name, identifier, column.type)
            for column, identifier in zip(schema, _identifiers(schema.names), strict=True)
        ],
    }


def _identifiers(columns: Sequence[str]) -> list[str]:
    """Names without blanks or marks, which ids may not hold, each used once."""
    found: list[str] = []
    for column in columns:
        plain = re.sub(r"[^\w.-]+", "_", column) or "_"
        found.append(plain if plain not in found else f"{plain}_{len(found)}")
    return found


def _field(records: str, column: str, identifier: str, kind: pa.DataType) -> dict[str, Any]:
    source = {"fileSet": {"@id": f"{records}-files"}, "extract": {"column": column}}
    field: dict[str, Any] = {"@type": "cr:Field", "@id": f"{records}/{identifier}", "name": column}
    field["source"] = source
    if pa.types.is_list(kind):
        field |= {"isArray": True, "arrayShape": "-1"}
        kind = kind.value_type
    if pa.types.is_struct(kind):
        field["subField"] = [
            {
                "@type": "cr:Field",
                "@id": f"{records}/{identifier}/{part.name}",
                "name": part.name,
                "dataType": "sc:Text",
                "source": source | {"transform": {"jsonPath": part.name}},
            }
            for part in kind
        ]
    else:
        field["dataType"] = _data_type(kind)
    return field


def _data_type(kind: pa.DataType) -> str:
    if pa.types.is_floating(kind):
        return "sc:Float"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    return "sc:Boolean" if pa.types.is_boolean(kind) else "sc:Text"
