"""A study as the page gets it."""

from __future__ import annotations

from typing import Any

from heatleaf.web.app import App
from heatleaf.web.asked import default_values, describe_options


def show_study(app: App, study_id: str) -> dict[str, Any]:
    """Return everything that the page shows of a study but its result; the shape is in docs/app_api.md."""
    record = app.studies.get(study_id)
    error = record.error
    return {
        "ok": True,
        "id": record.id,
        "revision": app.studies.revision(study_id),
        "name": record.name,
        "created": record.created,
        "state": record.state,
        "position": app.jobs.position(study_id),
        "files": [
            {"id": one.id, "label": one.label, "size": one.size, "role": one.role or "ignored"} for one in record.files
        ],
        "folder": record.folder,
        "is_example": record.is_example,
        "understood": None,
        "groups": None,
        "comparisons": [],
        "design": "",
        "designs": [],
        "repairs": [],
        "no_test": "",
        "reads": None,
        **record.reading,
        "settings": {
            "values": {**default_values(), **record.asked},
            "options": describe_options(),
        },
        "progress": app.studies.progress(study_id).to_json(),
        "error": error,
        "stale": record.stale,
        "has_result": record.result_of is not None,
        "title": record.title,
        "n_genes": record.n_genes,
        "n_samples": record.n_samples,
    }
