"""Every kind of job with what does it, and those that are due each night."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from gisapp.backup import SCRATCH, back_up, record_taking
from gisapp.bootstrap import App
from gisapp.clock import REAL, Clock, set_clock
from gisapp.doctor import examine
from gisapp.drills.checkup.running import CHECKUP
from gisapp.jobs import Job, JobFailedError, JobKind, Result, RunningJob, Worker, ask_due, find
from gisapp.messages import LANGUAGES, translate
from gisapp.planning.running import PLANNING
from gisapp.rights import Actor, Right, system_actor
from gisapp.schema import Label
from gisapp.thinning import thin

_NIGHTLY_BACKUP: Final = re.compile(r"nightly-\d{8}T\d{6}Z-J[0-9a-f]+\.zip")
_SCRATCH_KEPT_S: Final = 24 * 3600.0


def _back_up(app: App, job: RunningJob) -> Result:
    """Back the site up; of the nightly backups the newest stay, others' files are not touched."""
    folder = app.settings.backup_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    record_taking(app.store, "zip", who=job.asked_by)
    moment = REAL.now()
    file = folder / f"nightly-{moment:%Y%m%dT%H%M%SZ}-{job.id}.zip"
    made = back_up(app, file)
    older = sorted(
        one for one in folder.iterdir() if _NIGHTLY_BACKUP.fullmatch(one.name) and one != file
    )
    gone = older[: max(0, len(older) - (app.settings.backups_kept - 1))]
    for one in gone:
        one.unlink(missing_ok=True)
    _clear_scratch(folder, moment.timestamp())
    return {
        "file": str(file),
        "bytes": file.stat().st_size,
        "rows": sum(made.counts.values()),
        "last_event": made.last_event,
        "removed": len(gone),
    }


def _clear_scratch(folder: Path, now_s: float) -> None:
    """Remove what a backup left that was killed."""
    for one in folder.glob(f"{SCRATCH}*"):
        if one.is_dir() and now_s - one.stat().st_mtime > _SCRATCH_KEPT_S:
            shutil.rmtree(one, ignore_errors=True)


def _check(app: App, _job: RunningJob) -> Result:
    """Examine installation and site; what cannot work fails the job, its findings stay with it."""
    findings = examine(app.settings)
    broken = [one.subject for one in findings if one.level == "fail"]
    result: Result = {
        level: sum(one.level == level for one in findings) for level in ("ok", "warn", "fail")
    }
    result["findings"] = [
        {"level": one.level, "subject": one.subject, "text": one.text} for one in findings
    ]
    if broken:
        subjects = {
            f"subjects_{lang}": ", ".join(
                translate(f"doctor.subject.{one}", lang) for one in broken
            )
            for lang in LANGUAGES
        }
        raise JobFailedError("jobs.check_found", result=result, number=len(broken), **subjects)
    return result


def _thin(app: App, job: RunningJob) -> Result:
    # Whoever asked had the right; it is done by the system.
    return dict(thin(app.store, app.settings, system_actor(job.asked_by), tell=job.tell))


def _fold(app: App, _job: RunningJob) -> Result:
    """Bring all into the file, as far as nobody reads or writes just now."""
    app.store.require_whole()
    return {"folded": app.store.fold(rest_s=0)}


def _kind(name: str, label: Label, run: Callable[[App, RunningJob], Result]) -> JobKind[App]:
    return JobKind(name=name, label=label, right=Right.ADMINISTER, run=run)


_ALL: Final = (
    _kind("backup", Label("备份", "Backup"), _back_up),
    _kind("check", Label("检查", "Check"), _check),
    _kind("thin", Label("清理过期数据", "Thinning"), _thin),
    _kind("fold", Label("整理数据库日志", "Folding the log"), _fold),
    PLANNING,
    CHECKUP,
)

KINDS: Final[Mapping[str, JobKind[App]]] = MappingProxyType({one.name: one for one in _ALL})
"""By name. A kind that comes later stands here and nowhere else."""

NIGHTLY: Final = ("backup", "check", "checkup", "thin", "fold")
"""Those that are due each night, in their order: what is thinned is in the backup before."""


class Told(NamedTuple):
    """A job as it is now, and whether it was run here."""

    job: Job
    here: bool


def run_nightly(app: App, actor: Actor, *, clock: Clock = REAL) -> Iterator[Told]:
    """Ask for what was not done since midnight at the site, and run all that is due.

    Two at once share the work: nothing is done twice.

    Parameters
    ----------
    actor
        Needs the right to administer.

    Yields
    ------
    Told
        What was run here, whoever asked for it; then what of the night was not: it was done
        before, or is at work elsewhere.

    Raises
    ------
    ForbiddenError, StoreError
    """
    with app.store.session(write=True) as session:
        set_clock(session, clock)
        wanted = ask_due(session, actor, [KINDS[name] for name in NIGHTLY], zone=app.site.time_zone)
    here = set()
    for job in Worker(app, KINDS, actor=actor, clock=clock).run_due():
        here.add(job.id)
        yield Told(job, here=True)
    with app.store.session() as session:
        others = [find(session, actor, job.id) for job in wanted if job.id not in here]
    for job in others:
        yield Told(job, here=False)
