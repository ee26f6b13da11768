"""The sample site that comes with the product: generated, then taken in like any other."""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

from tqdm import tqdm

from gisapp.clock import REAL, day_at
from gisapp.errors import SiteError
from gisapp.incidents.surroundings.synthetic import add_synthetic_lines
from gisapp.provision import Provisioned, Say, provision_from_file
from gisapp.rights import system_actor
from gisapp.risks.synthetic import add_synthetic_risks
from gisapp.site import Site
from gisapp.store import Store

ACTOR = system_actor("sample")


def sample_folder() -> Path:
    """Where the sample's texts and builder lie: inside the wheel, or in the checkout.

    Raises
    ------
    SiteError
        Neither is there.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_sample", package.parent / "data" / "sample"):
        if (folder / "builder" / "__init__.py").is_file():
            return folder
    raise SiteError("site.no_sample")


def provision_sample(
    directory: Path, site_toml: Path | None, *, say: Say, database_url: str | None = None
) -> Provisioned:
    """Make the sample site, or the site that `site_toml` describes, in `directory`.

    Raises
    ------
    SiteError, StoreError, routing.RoadFileError
    """
    if site_toml is not None:
        return provision_from_file(
            directory, site_toml, actor=ACTOR, say=say, database_url=database_url
        )
    folder = sample_folder()
    sources = sorted(path.parent for path in folder.glob("*/site.toml"))
    directory.absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.absolute().parent, prefix=".sample-") as scratch:
        built = Path(scratch) / "built"
        _build(folder, sources[0], built, say=say)

        def fill(store: Store, site: Site) -> None:
            say("provision.risks", {})
            today = day_at(site.time_zone)
            with store.session(write=True) as session:
                add_synthetic_risks(session, ACTOR, today=today, time_zone=site.time_zone)
            say("provision.downstream", {})
            with store.session(write=True) as session:
                add_synthetic_lines(session, ACTOR)

        return provision_from_file(
            directory,
            built / "site.toml",
            actor=ACTOR,
            say=say,
            database_url=database_url,
            filling=fill,
        )


def _build(folder: Path, source: Path, built: Path, *, say: Say) -> None:
    """Run the builder, which is data and no installed package."""
    say("provision.generating", {})
    sys.path.insert(0, str(folder))
    try:
        builder = importlib.import_module("builder")
    finally:
        sys.path.remove(str(folder))
    with tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}") as bar:

        def progress(message: str, fraction: float) -> None:
            bar.set_description(message)
            bar.update(round(100 * fraction) - bar.n)

        # As of today: a census that ended years ago would be overdue from end to end.
        builder.build(source, built, progress, as_of=REAL.now().date())
