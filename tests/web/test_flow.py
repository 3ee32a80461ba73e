"""From a drop to the answer and back: the whole way of a study over HTTP (requirements R15-R25, S9, S10, S27)."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import psutil
import pytest
from app_process import FILES, RunningApp, multipart, running, small_sheet, small_table

from heatleaf.cli import main
from heatleaf.web.app import App


@pytest.fixture(scope="module")
def done(app: RunningApp) -> str:
    """Return the id of a finished study."""
    study = app.make(FILES)
    assert study["state"] == "ready", study["error"]
    assert app.analyse(study["id"])["state"] == "done"
    return str(study["id"])


def test_a_drop_is_understood(app: RunningApp, done: str) -> None:
    study = app.study(done)
    assert [(one["label"], one["role"]) for one in study["files"]] == [
        ("counts.tsv", "counts"),
        ("samples.tsv", "samples"),
    ]
    assert study["understood"]["sentences"][0] == "Plain table: 240 genes in 6 samples."
    assert study["understood"]["rows"][0][:3] == ["gene", "ctrl_1", "ctrl_2"]
    levels = [(one["name"], one["samples"], one["is_reference"]) for one in study["groups"]["levels"]]
    assert levels == [
        ("ctrl", ["ctrl_1", "ctrl_2", "ctrl_3"], True),
        ("kd", ["kd_1", "kd_2", "kd_3"], False),
    ]
    first = study["comparisons"][0]
    assert first["sentence"] == "Which genes differ between kd and ctrl (group)?" and first["chosen"]
    assert study["design"].endswith("group") and study["stale"] == []
    names = {option["name"] for option in study["settings"]["options"]}
    assert {"alpha", "top", "palette", "design"} <= names <= study["settings"]["values"].keys()


def test_the_folder_is_that_of_the_command_line(app: RunningApp, done: str, tmp_path: Path) -> None:
    for name, data in FILES:
        (tmp_path / name).write_bytes(data)
    out = tmp_path / "out"
    assert main(["run", str(tmp_path / "counts.tsv"), str(tmp_path / "samples.tsv"), "-o", str(out), "--quiet"]) == 0
    own = app.studies / done / "result"
    files = sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(own) for path in own.rglob("*") if path.is_file())
    for name in files:
        if name.suffix in (".tsv", ".svg", ".png", ".pdf", ".md"):
            assert (own / name).read_bytes() == (out / name).read_bytes(), name
    record, ours = (json.loads((folder / "run.json").read_text()) for folder in (out, own))
    assert ours["command"] == record["command"] == "heatleaf run counts.tsv samples.tsv -o DIR"
    assert ours["settings"] == record["settings"] and ours["messages"] == record["messages"]


def test_the_result_names_everything_by_ids(app: RunningApp, done: str) -> None:
    result = app.ask("GET", f"/api/studies/{done}/result").json
    assert result["lead"]["text"].startswith("kd vs ctrl: ") and result["comparisons"][0]["n_up"] > 0
    assert result["command"] == "heatleaf run counts.tsv samples.tsv -o DIR"
    ids = {one["id"]: one["name"] for one in result["files"]}
    for figure in result["figures"]:
        for kind, file_id in figure["formats"].items():
            assert ids[file_id] == f"figures/{figure['name']}.{kind}"
        assert figure["caption"], figure["name"]
    for table in result["tables"]:
        answer = app.ask("GET", f"/api/studies/{done}/files/{table['id']}")
        assert answer.status == 200 and answer.body.count(b"\n") == table["n_rows"] + 1
        assert "attachment" in answer.headers["content-disposition"]
        assert table["what"], table["name"]


def test_the_python_that_is_shown_repeats_the_analysis(
    app: RunningApp, done: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, data in FILES:
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    code = app.ask("GET", f"/api/studies/{done}/result").json["python"]
    exec(compile(code, "shown", "exec"), {})
    for path in (app.studies / done / "result" / "tables").iterdir():
        assert (tmp_path / "results" / "tables" / path.name).read_bytes() == path.read_bytes()


def test_files_are_asked_for_by_ids_of_their_own_study(app: RunningApp, done: str) -> None:  # S9, S15
    other = app.make(FILES)["id"]
    result = app.ask("GET", f"/api/studies/{done}/result").json
    svg = next(one["formats"]["svg"] for one in result["figures"])
    answer = app.ask("GET", f"/api/studies/{done}/files/{svg}")
    assert "sandbox" in answer.headers["content-security-policy"] and answer.headers["content-type"] == "image/svg+xml"
    for path in (svg, "run.json", "..%2fstudy.json", "figures%2fheatmap.svg", "%2e%2e", "0" * 20):
        assert app.ask("GET", f"/api/studies/{other}/files/{path}").status == 404
    assert app.ask("GET", f"/api/studies/{done}/files/run.json").status == 404


def test_the_zip_is_the_folder(app: RunningApp, done: str) -> None:
    answer = app.ask("GET", f"/api/studies/{done}/zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.body))
    assert archive.testzip() is None
    own = app.studies / done / "result"
    inside = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert inside == {path.relative_to(own).as_posix(): path.read_bytes() for path in own.rglob("*") if path.is_file()}


def test_the_view_document_is_sent_compressed(app: RunningApp, done: str) -> None:
    import gzip

    answer = app.ask("GET", f"/api/studies/{done}/view")
    assert answer.headers["content-encoding"] == "gzip" and answer.headers["content-type"] == "application/json"
    document = json.loads(gzip.decompress(answer.body))
    assert document["format"] == "heatleaf-view" and document["heatmaps"]


def test_folders_and_files_are_private(app: RunningApp, done: str) -> None:  # S19
    for path in [app.studies, *(app.studies / done).rglob("*")]:
        mode = path.stat().st_mode & 0o777
        assert mode & 0o077 == 0, (path, oct(mode))


def test_a_changed_option_is_told_as_stale_and_analysed_again(app: RunningApp, done: str) -> None:
    study = app.make(FILES)
    app.analyse(study["id"], settings={"top": 50})
    assert app.study(study["id"])["settings"]["values"]["top"] == 50
    app.ask("POST", f"/api/studies/{study['id']}/groups", {"levels": [
        {"name": "a", "samples": ["ctrl_1", "ctrl_2", "kd_1"]}, {"name": "b", "samples": ["kd_2", "kd_3"]}],
        "reference": "b", "column": "group"})  # fmt: skip
    changed = app.settle(study["id"])
    assert changed["stale"] == ["groups"] and changed["has_result"]
    assert changed["groups"]["unassigned"] == ["ctrl_3"]
    assert any("ctrl_3" in one["text"] for one in changed["understood"]["warnings"] if one["level"] == "warning")
    app.analyse(study["id"])
    result = app.ask("GET", f"/api/studies/{study['id']}/result").json
    assert result["comparisons"][0]["title"] == "a vs b"
    assert "samples_edited.tsv" in result["command"] and "--reference group=b" in result["command"]
    comparison = app.ask("GET", f"/api/compare?a={done}&b={study['id']}").json
    assert "Both rest on the same counts." in comparison["sentences"]
    assert "The second is without 1 sample: ctrl_3." in comparison["sentences"]


@pytest.mark.parametrize(
    "groups",
    [
        {"levels": [{"name": "a", "samples": ["nobody"]}]},
        {"levels": [{"name": "a", "samples": ["ctrl_1"]}, {"name": "b", "samples": ["ctrl_1"]}]},
        {"levels": [{"name": "", "samples": ["ctrl_1"]}]},
        {"levels": [{"name": "a", "samples": ["ctrl_1"]}, {"name": "a", "samples": ["ctrl_2"]}]},
        {"levels": [{"name": "a\nb", "samples": ["ctrl_1"]}]},
        {"levels": [{"name": "a", "samples": ["ctrl_1"]}], "reference": "z"},
        {"levels": "x"},
        {"levels": [1]},
    ],
)
def test_groups_that_are_not_whole_are_refused(app: RunningApp, done: str, groups: object) -> None:
    answer = app.ask("POST", f"/api/studies/{done}/groups", groups)
    assert answer.status == 400 and answer.json["code"] == "request"
    assert app.study(done)["stale"] == []


@pytest.mark.parametrize(
    "settings",
    [{"nothing": 1}, {"alpha": "0.05"}, {"alpha": 2}, {"top": 1.5}, {"palette": "pink"}, {"design": "x" * 501},
     {"test": 1}, {"gene_sets": "GO:BP"}, {"contrasts": [["a", "b"]]}, [], {"alpha": True}, {"max_memory": 1}],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(app: RunningApp, done: str, settings: object) -> None:  # S16, S20
    answer = app.ask("POST", f"/api/studies/{done}/analyse", {"settings": settings})
    assert answer.status == 400 and answer.json["code"] == "option"


def test_a_path_is_no_name_of_gene_sets(app: RunningApp) -> None:  # S8
    study = app.make(FILES)
    for name in ("/etc/passwd", "../own.gmt", "~/own.gmt", "own.gmt"):
        failed = app.analyse(study["id"], settings={"gene_sets": [name]})
        assert failed["state"] == "failed"
        assert failed["error"]["error"] == (
            f"'{name}' is no collection of gene sets. Fix: name a collection, such as GO:BP, or drop the file of sets."
        )


def test_a_figure_as_it_is_shown(app: RunningApp, done: str) -> None:
    for kind, start in (("pdf", b"%PDF"), ("svg", b"<?xml"), ("png", b"\x89PNG")):
        state = {"palette": "white-blue", "hidden": ["kd_1"], "rowOrder": "name", "limits": [-1, 1]}
        answer = app.ask("POST", f"/api/studies/{done}/figure", {"state": state, "format": kind})
        assert answer.status == 200 and answer.body.startswith(start)
        assert f'filename="heatmap.{kind}"' in answer.headers["content-disposition"]
    svg = app.ask("POST", f"/api/studies/{done}/figure", {"state": {"hidden": ["kd_1"]}, "format": "svg"}).body
    assert b">kd_2</text>" in svg and b">kd_1</text>" not in svg
    hidden = {"hidden": [f"{group}_{i}" for group in ("ctrl", "kd") for i in (1, 2, 3)]}
    none = app.ask("POST", f"/api/studies/{done}/figure", {"state": hidden, "format": "pdf"})
    assert none.status == 400
    assert none.json["error"] == "no gene or no sample is left to draw. Fix: show some samples, or zoom out."
    assert app.ask("POST", f"/api/studies/{done}/figure", {"state": {"heatmap": 99}}).status == 400
    assert app.ask("POST", f"/api/studies/{done}/figure", {"state": {"limits": "x"}}).json["code"] == "option"


def test_a_selection_without_gene_sets_is_told_so(app: RunningApp, done: str) -> None:
    answer = app.ask("POST", f"/api/studies/{done}/enrich", {"gene_ids": ["gene1", "gene2"]})
    assert answer.status == 400 and answer.json["code"] == "gene_sets"
    assert answer.json["error"].startswith("there are no gene sets to test in.")
    assert app.ask("POST", f"/api/studies/{done}/enrich", {"gene_ids": []}).json["error"] == "No genes are selected."


def test_dropped_gene_sets_are_used(app: RunningApp) -> None:
    sets = "".join(f"set{k}\t\t" + "\t".join(f"gene{i}" for i in range(k, 240, 6)) + "\n" for k in range(6)).encode()
    study = app.make([*FILES, ("own.gmt", sets)])
    assert [one["role"] for one in study["files"]] == ["counts", "samples", "gene_sets"]
    assert app.analyse(study["id"])["state"] == "done"
    chosen = [f"gene{i}" for i in range(0, 240, 6)]
    answer = app.ask("POST", f"/api/studies/{study['id']}/enrich", {"gene_ids": chosen}).json
    assert answer["rows"][0]["set_name"] == "set0" and answer["rows"][0]["overlap"] == 40 and answer["n_genes"] == 40


def test_names_are_kept_as_labels_and_stay_out_of_paths(app: RunningApp) -> None:  # S10, R32
    name = "../..\\Zählung <b>&.tsv"
    study = app.make([(name, small_table().replace(b"\t47", b"\tmany", 1))])
    assert study["files"][0]["label"] == "Zählung <b>&.tsv"
    assert study["state"] == "unclear"
    assert study["error"]["error"].startswith("Zählung <b>&.tsv: line ") and study["error"]["code"] == "value_text"
    stored = [path.name for path in (app.studies / study["id"] / "input").iterdir()]
    assert stored == ["Z_hlung_b_.tsv"]


def test_the_example_takes_the_way_of_own_data(app: RunningApp) -> None:
    study = app.settle(app.ask("POST", "/api/studies", {"example": True}).json["id"])
    assert study["state"] == "ready" and study["is_example"] and study["settings"]["values"]["clusters"] == 4
    assert [one["role"] for one in study["files"]] == ["counts", "samples"]


def test_a_folder_of_this_machine_is_read_where_it_is(app: RunningApp, tmp_path: Path) -> None:  # R3
    for name, data in FILES:
        (tmp_path / name).write_bytes(data)
        (tmp_path / name).chmod(0o400)
    study = app.settle(app.ask("POST", "/api/studies", {"folder": str(tmp_path)}).json["id"])
    assert study["state"] == "ready" and study["folder"] == str(tmp_path)
    assert not list((app.studies / study["id"] / "input").iterdir())
    assert app.ask("DELETE", f"/api/studies/{study['id']}").status == 200
    assert (tmp_path / "counts.tsv").read_bytes() == FILES[0][1]
    refused = app.ask("POST", "/api/studies", {"folder": "counts"})
    assert refused.status == 400 and "is not the full path of a folder" in refused.json["error"]


def test_a_study_is_named_and_deleted(app: RunningApp) -> None:
    study_id = app.make(FILES)["id"]
    assert app.ask("POST", f"/api/studies/{study_id}/rename", {"name": " My\u202e study\n "}).json["name"] == "My study"
    assert (
        app.ask("POST", f"/api/studies/{study_id}/rename", {"name": "\u200b"}).json["error"] == "A study needs a name."
    )
    assert any(one["name"] == "My study" for one in app.ask("GET", "/api/studies").json["studies"])
    assert app.ask("DELETE", f"/api/studies/{study_id}").json == {"ok": True}
    assert app.ask("GET", f"/api/studies/{study_id}").status == 404
    assert not (app.studies / study_id).exists()


def test_repairs_are_offered_and_applied(app: RunningApp) -> None:
    table = small_table() + b"gene1\t1\t2\t3\t4\t5\t6\n"
    study = app.make([("counts.tsv", table), ("samples.tsv", small_sheet())])
    assert study["state"] == "unclear" and study["error"]["code"] == "gene_duplicate"
    repair = study["repairs"][0]
    assert repair["label"] == "Add up the lines of each gene" and not repair["applied"]
    app.ask("POST", f"/api/studies/{study['id']}/read", {"repairs": {repair["key"]: repair["value"]}})
    mended = app.settle(study["id"])
    assert mended["state"] == "ready" and mended["repairs"][0]["applied"]
    app.analyse(study["id"])
    assert "--duplicates sum" in app.ask("GET", f"/api/studies/{study['id']}/result").json["command"]
    for bad in ({"transpose": 1}, {"sheet": 1}, {"nothing": True}, {"strand": "up"}, {"roles": {"x": "boss"}}, []):
        refused = app.ask("POST", f"/api/studies/{study['id']}/read", {"repairs": bad})
        assert refused.status == 400 and refused.json["code"] == "option"


def test_pages_answer_while_work_is_done_and_twice_is_once(app: RunningApp) -> None:  # R22, R24
    study_id = app.make(FILES)["id"]
    answers: list[int] = []

    def post() -> None:
        answers.append(
            app.ask("POST", f"/api/studies/{study_id}/analyse", {"settings": {"second_opinions": True}}).status
        )

    threads = [threading.Thread(target=post) for _ in range(20)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 20 and time.monotonic() - began < 20
    assert app.settle(study_id)["state"] == "done"
    runs = app.ask("GET", f"/api/studies/{study_id}").json["progress"]["phases"]
    assert [one["name"] for one in runs].count("reading") == 1


def test_work_is_taken_back_within_two_seconds(tmp_path: Path) -> None:  # R23
    with running(tmp_path / "studies") as app:
        first, second = app.make(FILES)["id"], app.make(FILES)["id"]
        for study_id in (first, second):
            app.ask("POST", f"/api/studies/{study_id}/analyse", {"settings": {"second_opinions": True}})
        assert app.study(second)["state"] == "queued" and app.study(second)["position"] >= 1
        while app.study(first)["state"] != "running":
            time.sleep(0.02)
        worker = psutil.Process(app.process.pid).children()
        began = time.monotonic()
        assert app.ask("POST", f"/api/studies/{first}/cancel").status == 200
        assert app.settle(first)["state"] == "cancelled" and time.monotonic() - began < 2
        psutil.wait_procs(worker, 2)
        assert not [one for one in worker if one.is_running()]
        assert app.settle(second)["state"] == "done"
        assert app.analyse(first)["state"] == "done"
        assert not list((app.studies / first).rglob(".heatleaf-tmp-*"))


def test_a_killed_server_takes_its_work_along_and_the_next_says_so(tmp_path: Path) -> None:  # R15, R25
    app = RunningApp(tmp_path / "studies")
    kept = app.make(FILES)["id"]
    app.analyse(kept)
    lost = app.make(FILES)["id"]
    app.ask("POST", f"/api/studies/{lost}/analyse", {"settings": {"second_opinions": True}})
    while app.study(lost)["state"] != "running":
        time.sleep(0.02)
    family = psutil.Process(app.process.pid).children(recursive=True)
    assert family
    app.kill()
    _, alive = psutil.wait_procs(family, 5)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
    with running(tmp_path / "studies") as again:
        states = {one["id"]: one["state"] for one in again.ask("GET", "/api/studies").json["studies"]}
        assert states == {kept: "done", lost: "interrupted"}
        assert again.ask("GET", f"/api/studies/{kept}/result").status == 200
        assert again.ask("POST", f"/api/studies/{kept}/figure", {"state": {}, "format": "png"}).status == 200
        assert again.analyse(lost)["state"] == "done"


def test_ctrl_c_and_the_stop_button_end_everything(tmp_path: Path) -> None:  # R16, S27
    app = RunningApp(tmp_path / "one")
    children = psutil.Process(app.process.pid).children(recursive=True)
    began = time.monotonic()
    assert app.end() == 130 and time.monotonic() - began < 5
    assert not [one for one in psutil.wait_procs(children, 2)[1] if one.status() != psutil.STATUS_ZOMBIE]
    with running(tmp_path / "two") as other:
        assert "Stop with Ctrl-C here, or with the stop button of the page." in other.log
        answer = other.ask("POST", "/api/stop")
        assert answer.json["sentence"] == "Heatleaf has stopped. This page can be closed."
        assert other.process.wait(10) == 0


def test_two_apps_do_not_share_a_folder(app: RunningApp, tmp_path: Path) -> None:  # R17
    second = RunningApp(app.studies)
    assert second.process.wait(20) == 1 and second.address == ""
    assert "another run is writing into this folder" in second.log and "[output_running]" in second.log
    second.end()


def test_uploads_that_are_no_uploads(app: RunningApp) -> None:  # S10
    kind = {"Content-Type": "multipart/form-data; boundary=heatleaf-test-boundary"}
    whole = multipart(FILES)
    before = sorted(app.studies.iterdir())
    cases = [
        (whole[:-30], kind, 400, "The upload was broken off or damaged; drop the files again."),
        (b"", kind, 400, "The upload was broken off or damaged; drop the files again."),
        (b"nonsense", kind, 400, "The upload was broken off or damaged; drop the files again."),
        (whole, {"Content-Type": "multipart/form-data"}, 400, "The request holds no files."),
        (whole, {"Content-Type": f"multipart/form-data; boundary={'x' * 80}"}, 400, "The request holds no files."),
        (multipart([("a.tsv", b"x")] * 21), kind, 413, "At most 20 files can be dropped at once."),
        (whole.replace(b'; filename="counts.tsv"', b""), kind, 400, "The request holds a part that is no file."),
    ]
    for body, headers, status, sentence in cases:
        answer = app.ask("POST", "/api/studies", body, headers)
        assert (answer.status, answer.json["error"]) == (status, sentence)
    assert sorted(app.studies.iterdir()) == before


def test_a_broken_off_upload_leaves_nothing(app: RunningApp) -> None:  # S10
    import socket

    before = sorted(app.studies.iterdir())
    head = (
        f"POST /api/studies HTTP/1.1\r\nHost: 127.0.0.1:{app.port}\r\nAuthorization: Bearer {app.token}\r\n"
        "Content-Type: multipart/form-data; boundary=heatleaf-test-boundary\r\nContent-Length: 100000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", app.port)) as connection:
        connection.sendall(head.encode() + multipart(FILES)[:3000])
        time.sleep(0.3)
    for _ in range(50):
        if sorted(app.studies.iterdir()) == before:
            break
        time.sleep(0.1)
    assert sorted(app.studies.iterdir()) == before


def test_a_silent_app_ends_by_itself(tmp_path: Path) -> None:  # S27
    code = (
        "import sys; from pathlib import Path; from heatleaf.cli.app import worker_command\n"
        "from heatleaf.web.server import AppOptions, run_app\n"
        "run_app(AppOptions(Path(sys.argv[1]), worker_command(), idle_seconds=0.5), print)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "studies")], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("http://127.0.0.1:")


def test_two_hundred_requests_leave_nothing_open(app: RunningApp, done: str) -> None:  # R30
    process = psutil.Process(app.process.pid)
    paths = ["/", "/api/hello", f"/api/studies/{done}", "/nowhere", f"/api/studies/{done}/view", "/static/app.js"]

    def ask(n_times: int) -> None:
        for i in range(n_times):
            app.ask("GET", paths[i % len(paths)])

    ask(len(paths))
    files, threads = process.num_fds(), process.num_threads()
    ask(200)
    assert process.num_fds() - files <= 2
    assert process.num_threads() - threads <= 2 or process.num_threads() <= 48  # threads that write are kept


def test_every_address_is_documented() -> None:  # P22
    from heatleaf.web.server import route_table

    page = (Path(__file__).parents[2] / "docs" / "app_api.md").read_text()
    for method, path, _ in route_table(App.__new__(App)):
        shown = path.replace("{id}", "ID").replace("{file}", "FILE").replace("{name:path}", "NAME")
        assert re.search(rf"`{method} {re.escape(shown)}[?`]", page), (method, path)


def test_new_settings_take_the_place_of_those_that_wait(app: RunningApp) -> None:
    study_id = app.make(FILES)["id"]
    for top in (30, 40, 50):
        app.ask("POST", f"/api/studies/{study_id}/analyse", {"settings": {"top": top}})
    assert app.settle(study_id)["state"] == "done"
    assert app.study(study_id)["stale"] == [] and app.study(study_id)["settings"]["values"]["top"] == 50
    title = app.ask("GET", f"/api/studies/{study_id}/result").json["heatmap"]["title"]
    assert "50" in title


def test_the_last_of_several_readings_counts(app: RunningApp) -> None:
    study_id = app.make(FILES)["id"]
    for value in ("sum", None, "sum"):
        app.ask("POST", f"/api/studies/{study_id}/read", {"repairs": {"duplicates": value}})
    assert app.settle(study_id)["repairs"] == [
        {"key": "duplicates", "value": "sum", "label": "Add up the lines of each gene", "applied": True}
    ]


def test_other_machines_are_let_in_by_the_name_of_this_one_alone(tmp_path: Path) -> None:  # S1
    import socket

    with running(tmp_path / "studies", "--host", "0.0.0.0") as app:
        assert app.address.startswith("http://127.0.0.1:")
        name = socket.gethostname()
        assert f"other machines can reach this page as {name}; only who has the key gets in" in app.log
        assert app.ask("GET", "/api/hello", headers={"Host": f"{name}:{app.port}"}).status == 200
        assert app.ask("GET", "/api/hello", headers={"Host": f"{name}:{app.port}"}, key=False).status == 401
        assert app.ask("GET", "/api/hello", headers={"Host": f"0.0.0.0:{app.port}"}).status == 400
