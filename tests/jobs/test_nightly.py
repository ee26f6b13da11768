"""The real jobs of the night, on a file and on a server, in one process and in two at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from gisapp import doctor, nightly
from gisapp.accounts.models import AccountSession, SignInFailure
from gisapp.accounts.signin import FORGOTTEN_AFTER, sign_in
from gisapp.backup import restore
from gisapp.bootstrap import App, open_app
from gisapp.cli import main
from gisapp.clock import REAL
from gisapp.events import Event, EventCount, count_event
from gisapp.events.catalogue import Exported, Refused
from gisapp.importing.waiting import KEPT_S
from gisapp.jobs import LEASE, Job, JobKind, ask, jobs
from gisapp.jobs.due import KEPT
from gisapp.nightly import KINDS, NIGHTLY, run_nightly
from gisapp.rights import Right
from gisapp.road_files import ROADS_FILE
from gisapp.schema import Label
from gisapp.settings import Settings
from gisapp.store import FileStore
from gisapp.thinning import thin
from tests.jobs.stage import ADMIN, Hand, turn
from tests.patience import PATIENCE_S
from tests.people import with_account

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def settings(tiny_settings: Settings) -> Settings:
    return tiny_settings


@pytest.fixture
def app(tiny_apps: App) -> App:
    return tiny_apps


def with_settings(app: App, **changed: object) -> App:
    app.settings = app.settings.model_copy(update=changed)
    return app


def variables(settings: Settings, **more: str) -> dict[str, str]:
    url = settings.server_url
    return more | ({} if url is None else {"GISAPP_DATABASE_URL": url})


def run(settings: Settings, *words: object, lang: str = "en") -> Result:
    line = ["--lang", lang, *map(str, words), "-d", str(settings.dir)]
    result = CliRunner().invoke(main, line, env=variables(settings))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def night(app: App, clock: Hand | None = None) -> dict[str, tuple[str, bool]]:
    told = run_nightly(app, ADMIN, clock=REAL if clock is None else clock)
    return {one.job.kind: (one.job.state, one.here) for one in told}


def all_jobs(app: App) -> list[Job]:
    with app.store.session() as session:
        return jobs(session, ADMIN)


class TestNight:
    def test_everything_is_done_once_and_the_backup_is_whole(
        self, app: App, tmp_path: Path
    ) -> None:
        assert night(app) == dict.fromkeys(NIGHTLY, ("done", True))
        by_kind = {one.kind: one for one in all_jobs(app)}
        told = by_kind["backup"].result
        assert told is not None
        (file,) = app.settings.backup_folder.iterdir()
        assert (told["file"], told["bytes"]) == (str(file), file.stat().st_size)
        assert file.parent == app.directory / "backups"
        other = Settings(dir=tmp_path / "other")
        assert sum(restore(other, file).manifest.counts.values()) == told["rows"]
        found = by_kind["check"].result
        assert found is not None
        assert {one["subject"] for one in found["findings"]} >= {"site", "roads", "disk"}
        assert found["ok"] + found["warn"] + found["fail"] == len(found["findings"])
        assert by_kind["fold"].result == {"folded": True}
        assert night(app) == dict.fromkeys(NIGHTLY, ("done", False))
        assert len(all_jobs(app)) == len(NIGHTLY)
        assert list(app.settings.backup_folder.iterdir()) == [file]

    def test_the_next_night_it_is_done_again(self, tiny_app: App) -> None:
        """The tiny site is at Shanghai: its midnight is 16:00 UTC.

        In another century, as thinning goes by the time of day.
        """
        clock = Hand(datetime.fromisoformat("2126-05-01T15:58:00+00:00"))
        assert night(tiny_app, clock) == dict.fromkeys(NIGHTLY, ("done", True))
        clock.pass_(timedelta(minutes=2) - timedelta(milliseconds=1))
        assert night(tiny_app, clock) == dict.fromkeys(NIGHTLY, ("done", False))
        clock.pass_(timedelta(milliseconds=1))
        assert night(tiny_app, clock) == dict.fromkeys(NIGHTLY, ("done", True))

    def test_what_others_asked_for_is_run_as_well(
        self, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan = JobKind(
            name="plan", label=Label("规划", "Plan"), right=Right.EDIT,
            run=lambda app, job: {"site": app.site.code, "n": job.parameters["n"]},
        )  # fmt: skip
        monkeypatch.setattr(nightly, "KINDS", {**KINDS, "plan": plan})
        with app.store.session(write=True) as session:
            ask(session, ADMIN, plan, {"n": 7})
            ask(session, ADMIN, plan, {"n": 8}, not_before=REAL.now() + timedelta(days=1))
        assert night(app)["plan"] == ("done", True)
        assert [one.result for one in all_jobs(app) if one.kind == "plan"] == [
            None,
            {"site": app.site.code, "n": 7},
        ]

    def test_the_newest_backups_stay_and_no_other_file_is_touched(self, tiny_app: App) -> None:
        with_settings(tiny_app, backups_kept=3)
        folder = tiny_app.settings.backup_folder
        folder.mkdir()
        old = [f"nightly-2025010{day}T020000Z-J0000000{day}.zip" for day in range(1, 7)]
        mine = ["nightly.zip", "mine.zip", "nightly-20250101T020000Z-J00000001.zip.bak"]
        for name in (*old, *mine):
            (folder / name).write_text("x")
        night(tiny_app)
        left = {one.name for one in folder.iterdir()}
        assert left > {*mine, *old[-2:]}
        (made,) = left - {*mine, *old[-2:]}
        assert zipfile.is_zipfile(folder / made)
        (told,) = (one.result for one in all_jobs(tiny_app) if one.kind == "backup")
        assert told is not None
        assert told["removed"] == 4

    def test_only_the_backup_just_made_stays_where_one_is_kept(self, tiny_app: App) -> None:
        """Also where the clock was set back."""
        with_settings(tiny_app, backups_kept=1)
        folder = tiny_app.settings.backup_folder
        folder.mkdir()
        (folder / "nightly-29990101T020000Z-J00000001.zip").write_text("x")
        night(tiny_app)
        (left,) = folder.iterdir()
        assert zipfile.is_zipfile(left)

    def test_what_a_killed_backup_left_goes_after_a_day(
        self, tiny_app: App, tmp_path: Path
    ) -> None:
        with_settings(tiny_app, backup_dir=tmp_path / "disk" / "backups")
        folder = tiny_app.settings.backup_folder
        fresh, old = folder / ".backup-fresh", folder / ".backup-old"
        for one in (fresh, old):
            one.mkdir(parents=True)
            (one / "site.gpkg").write_text("x")
        day_ago = REAL.now().timestamp() - 24 * 3600 - 60
        os.utime(old, (day_ago, day_ago))
        night(tiny_app)
        assert fresh.is_dir()
        assert not old.exists()

    def test_the_backup_is_in_the_audit(self, tiny_app: App) -> None:
        night(tiny_app)
        with tiny_app.store.session() as session:
            told = session.scalars(select(Event).where(Event.what == "export")).one()
        assert (told.who, told.kind) == (ADMIN.who, "export_site")
        assert told.data is not None
        assert told.data["contacts"] is True

    def test_what_cannot_work_fails_the_check_and_its_findings_stay(self, tiny_app: App) -> None:
        tiny_app.roads_path.unlink()
        assert night(tiny_app) == {
            **dict.fromkeys(NIGHTLY, ("done", True)),
            "check": ("failed", True),
        }
        (job,) = (one for one in all_jobs(tiny_app) if one.kind == "check")
        assert (job.error, job.result is not None) == ("jobs.check_found", True)
        assert job.error_params is not None
        assert "Roads" in job.error_params["subjects_en"]
        assert "路网" in job.error_params["subjects_zh"]
        assert job.result is not None
        assert "roads" in {one["subject"] for one in job.result["findings"]}

    def test_a_backup_that_cannot_be_made_stops_nothing_else(self, tiny_app: App) -> None:
        (tiny_app.directory / "backups").write_text("a file in its place")
        assert night(tiny_app) == {
            **dict.fromkeys(NIGHTLY, ("done", True)),
            "backup": ("failed", True),
        }
        (tiny_app.directory / "backups").unlink()
        assert night(tiny_app)["backup"] == ("done", True)  # the same night: it was not done yet

    def test_the_check_leaves_no_connection_open(
        self, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[App] = []

        def open_and_keep(settings: Settings) -> App:
            opened.append(open_app(settings))
            return opened[-1]

        monkeypatch.setattr(doctor, "open_app", open_and_keep)
        night(app)
        (other,) = opened
        assert other.store._readers.pool.checkedin() == 0


def test_the_log_is_folded_though_it_was_written_just_now(tiny_app: App) -> None:
    """The job itself was taken a moment ago."""
    assert isinstance(tiny_app.store, FileStore)
    told = {one.job.kind: one.job.result for one in run_nightly(tiny_app, ADMIN)}
    assert told["fold"] == {"folded": True}
    with tiny_app.store.session() as reading:
        reading.scalar(select(Event.seq))
        with tiny_app.store.session(write=True) as session:
            ask(session, ADMIN, KINDS["fold"])
        told = {one.job.kind: one.job.result for one in run_nightly(tiny_app, ADMIN) if one.here}
    assert told == {"fold": {"folded": False}}


REFUSED: Refused = {"target": "/", "code": "accounts.forbidden", "address": "10.0.0.1"}
EXPORTED: Exported = {"format": "csv", "records": 1, "contacts": False, "filters": {}}


class TestThinning:
    def thinned(self, app: App, clock: Hand) -> dict[str, int]:
        told: list[tuple[int, int]] = []
        store = _Clocked(app, clock)
        gone = thin(store, app.settings, ADMIN, tell=lambda *said: told.append(said))  # type: ignore[arg-type]
        assert told == [(number, len(gone)) for number in range(len(gone))]
        return gone

    def test_sessions_and_failures_go_when_they_count_no_longer(self, app: App) -> None:
        password = with_account(app.store, "li")
        where = {"address": "10.0.0.1", "browser": "x"}
        sign_in(app.store, login="li", password=password, max_hours=1, **where)
        sign_in(app.store, login="li", password=password, max_hours=2, **where)
        with pytest.raises(PermissionError):
            sign_in(app.store, login="li", password="wrong", max_hours=1, **where)
        with app.store.session() as session:
            ends = session.scalars(select(AccountSession.expires_at)).all()
            failed = max(session.scalars(select(SignInFailure.last_at)))
        clock = Hand(min(ends) - timedelta(milliseconds=1))
        kinds = ("sessions", "failures", "refusals", "jobs", "uploads", "drafts", "positions")
        nothing = dict.fromkeys(kinds, 0)
        assert self.thinned(app, clock) == nothing
        clock.at = min(ends)
        assert self.thinned(app, clock) == {**nothing, "sessions": 1}
        clock.at = failed + FORGOTTEN_AFTER
        assert self.thinned(app, clock)["failures"] == 0
        clock.at += timedelta(milliseconds=1)
        assert self.thinned(app, clock)["failures"] == 2
        with app.store.session() as session:
            assert session.scalars(select(AccountSession)).all() == []
            # That there was a sign-in stays told.
            told = select(Event.what).where(Event.what == "sign_in")
            assert len(session.scalars(told).all()) == 2

    def test_refusals_are_kept_as_long_as_the_setting_says_and_reads_for_ever(
        self, app: App
    ) -> None:
        clock = Hand()
        days = timedelta(days=200)
        for what, kind, at in (
            ("refused", "access", clock.at),
            ("refused", "access", clock.at + timedelta(hours=2)),
            ("export", "export_feed", clock.at),
        ):
            with turn(app.store, clock) as session:
                data = EXPORTED if what == "export" else REFUSED
                count_event(session, who="x", what=what, kind=kind, subject="s", data=data, at=at)
        clock.pass_(days + timedelta(milliseconds=1))
        assert self.thinned(app, clock)["refusals"] == 0  # not set: kept for ever
        with_settings(app, refusals_kept_days=200)
        assert self.thinned(app, clock)["refusals"] == 1
        with app.store.session() as session:
            assert [one.what for one in session.scalars(select(EventCount))] == [
                "refused", "export",
            ]  # fmt: skip

    def test_many_rows_go_in_short_transactions(
        self, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("gisapp.thinning.BATCH_ROWS", 2)
        clock = Hand()
        with turn(app.store, clock) as session:
            for number in range(5):
                count_event(
                    session, who=f"{number}", what="refused", kind="access", subject="s",
                    data=REFUSED,
                )  # fmt: skip
        clock.pass_(timedelta(days=185))
        assert self.thinned(with_settings(app, refusals_kept_days=184), clock)["refusals"] == 5

    def test_jobs_and_uploads_go_by_their_own_rules(self, app: App) -> None:
        clock = Hand()
        with turn(app.store, clock) as session:
            ask(session, ADMIN, KINDS["check"])
            session.execute(update(Job).values(state="done", finished_at=clock.at))
        for name, age_s in (("new", KEPT_S - 60), ("old", KEPT_S + 60)):
            folder = app.directory / "uploads" / name
            folder.mkdir(parents=True)
            at = REAL.now().timestamp() - age_s
            os.utime(folder, (at, at))
        clock.pass_(KEPT)
        gone = self.thinned(app, clock)
        assert (gone["jobs"], gone["uploads"]) == (0, 1)
        assert [one.name for one in (app.directory / "uploads").iterdir()] == ["new"]
        clock.pass_(timedelta(milliseconds=1))
        assert self.thinned(app, clock)["jobs"] == 1


class _Clocked:
    """The store of an application whose sessions go by a clock of the test."""

    def __init__(self, app: App, clock: Hand) -> None:
        self._app, self._clock = app, clock

    def session(self, *, write: bool) -> Any:
        assert write
        return turn(self._app.store, self._clock)


class TestCommands:
    def test_a_night_is_told_in_the_readers_language(self, settings: Settings) -> None:
        first = run(settings, "nightly", lang="zh")
        assert first.exit_code == 0, first.output
        lines = first.stdout.splitlines()
        assert [line.split("（")[0] for line in lines] == [
            "✓ 备份", "✓ 检查", "✓ 预案体检", "✓ 清理过期数据", "✓ 整理数据库日志",
        ]  # fmt: skip
        assert all("：完成，" in line and line.endswith(" 秒") for line in lines)
        again = run(settings, "nightly", lang="en")
        assert again.exit_code == 0
        assert again.stdout.startswith("✓ Backup (J")
        assert again.stdout.count("done already since midnight (") == 5

    def test_a_failed_job_is_told_and_is_the_exit_code(self, settings: Settings) -> None:
        (settings.dir / ROADS_FILE).unlink()
        for lang, state, why in (
            ("en", "failed", "  The check found 1 things that cannot work: Roads;"),
            ("zh", "失败", "  检查发现 1 项无法正常工作：路网；"),
        ):
            result = run(settings, "nightly", lang=lang)
            assert result.exit_code == 1
            assert state in result.stdout
            assert why in result.stdout
        told = run(settings, "--json", "nightly")
        assert told.exit_code == 1
        by_kind = {one["kind"]: one for one in json.loads(told.stdout)["jobs"]}
        assert by_kind["check"]["error"]["code"] == "jobs.check_found"
        assert by_kind["check"]["error"]["message"].startswith("The check found 1")
        assert by_kind["check"]["here"] is True
        assert by_kind["backup"]["here"] is False
        assert by_kind["backup"]["seconds"] >= 0

    def test_jobs_are_listed_shown_and_cancelled(self, settings: Settings) -> None:
        assert run(settings, "jobs", "list", lang="zh").stdout == "没有任务。\n"
        app = open_app(settings)
        with app.store.session(write=True) as session:
            waiting = ask(session, ADMIN, KINDS["backup"], {"n": 1}).id
        app.store.close()
        run(settings, "nightly")
        with_app = open_app(settings)
        with with_app.store.session(write=True) as session:
            later = ask(session, ADMIN, KINDS["check"], {"why": "雨前"}).id
        with_app.store.close()
        listed = json.loads(run(settings, "--json", "jobs", "list").stdout)["jobs"]
        assert listed[0]["id"] == later
        assert listed[-1]["id"] == waiting
        assert listed[-1]["state"] == "done"
        queued = run(settings, "jobs", "list", "--state", "queued", lang="zh").stdout
        assert queued.split()[:3] == [later, "排队中", "检查"]
        assert len(queued.splitlines()) == 1
        shown = run(settings, "jobs", "show", later, lang="zh").stdout
        assert "why: 雨前" in shown
        done = run(settings, "jobs", "show", waiting).stdout
        assert "done  Backup" in done
        assert "attempt 1" in done
        assert "rows: " in done
        cancelled = run(settings, "jobs", "cancel", later, lang="zh")
        assert (cancelled.exit_code, cancelled.stdout) == (0, f"任务 {later} 已取消。\n")
        over = run(settings, "jobs", "cancel", waiting)
        assert over.exit_code == 2
        assert over.stderr == f"The job {waiting} is over and cannot be cancelled.\n"
        unknown = run(settings, "jobs", "show", "J0", lang="zh")
        assert unknown.exit_code == 2
        assert unknown.stderr.startswith("没有编号为 J0 的任务")

    def test_one_at_work_is_asked_to_stop_and_reads_as_such(self, app: App) -> None:
        with app.store.session(write=True) as session:
            job = ask(session, ADMIN, KINDS["backup"])
            session.execute(
                update(Job).values(
                    state="running", worker="host:7#ab", lease_until=REAL.now() + LEASE, attempts=1,
                    done=3, total=8, message="a.later.version",
                )
            )  # fmt: skip
        said = run(app.settings, "jobs", "cancel", job.id).stdout
        assert "at work and asked to stop" in said
        shown = json.loads(run(app.settings, "--json", "jobs", "show", job.id).stdout)
        assert (shown["cancel_asked"], shown["state"]) == (True, "running")
        assert shown["message"] == "a.later.version"
        assert "at work  3/8  Backup" in run(app.settings, "jobs", "list").stdout
        elsewhere = run(app.settings, "nightly")
        assert elsewhere.exit_code == 0
        assert f"… Backup ({job.id}): at work, by host:7" in elsewhere.stdout


COMMAND = "from gisapp.cli import main; main()"
HELD = """
import signal, sys
from gisapp import nightly
from gisapp.cli import main

def held(app, findings=None):
    print("now", flush=True)
    signal.pause()

nightly.back_up = held
main()
"""


def started(settings: Settings, program: str, *words: str) -> subprocess.Popen[str]:
    line = [sys.executable, "-c", program, "--lang", "en", *words, "-d", str(settings.dir)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), **variables(settings)}
    return subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env)


def test_two_processes_at_once_do_nothing_twice(settings: Settings) -> None:
    both = [started(settings, COMMAND, "--json", "nightly") for _ in range(2)]
    told = [json.loads(one.communicate(timeout=PATIENCE_S)[0])["jobs"] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    here = [job["kind"] for jobs_ in told for job in jobs_ if job["here"]]
    assert sorted(here) == sorted(NIGHTLY)
    assert [sorted(job["kind"] for job in jobs_) for jobs_ in told] == [sorted(NIGHTLY)] * 2
    app = open_app(settings)
    assert sorted((one.kind, one.state, one.attempts) for one in all_jobs(app)) == sorted(
        (name, "done", 1) for name in NIGHTLY
    )
    assert len(list(app.settings.backup_folder.iterdir())) == 1
    app.store.close()


def test_killed_in_the_middle_the_next_run_takes_it_up_after_the_lease(
    settings: Settings,
) -> None:
    process = started(settings, HELD, "nightly")
    assert process.stdout is not None
    assert process.stdout.readline() == "now\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    app = open_app(settings)
    assert night(app) == {**dict.fromkeys(NIGHTLY, ("done", True)), "backup": ("running", False)}
    with app.store.session(write=True) as session:
        session.execute(update(Job).where(Job.state == "running").values(lease_until=REAL.now()))
    assert night(app) == {**dict.fromkeys(NIGHTLY, ("done", False)), "backup": ("done", True)}
    (job,) = (one for one in all_jobs(app) if one.kind == "backup")
    assert job.attempts == 2
    assert len(list(app.settings.backup_folder.glob("*.zip"))) == 1
    app.store.close()
