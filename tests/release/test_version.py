"""One version, two spellings, one place."""

import pytest

from scripts.release.build import CHECKOUT
from scripts.release.refusal import ReleaseRefused
from scripts.release.version import FILE, Version, stamp, written_version

SPELLINGS = [("0.1.0", "0.1.0", "latest"), ("1.20.3-rc.4", "1.20.3rc4", "next"), ("2.0.0-rc.0", "2.0.0rc0", "next")]


@pytest.mark.parametrize(("npm", "python", "channel"), SPELLINGS)
def test_npm_and_python_spell_it_their_own_ways(npm, python, channel):
    version = Version.from_npm(npm)
    assert version == Version.from_python(python)
    assert (version.npm, version.python, version.tag, version.channel) == (npm, python, f"v{npm}", channel)


@pytest.mark.parametrize(
    "text", ["", "1.2", "v1.2.3", "01.2.3", "1.2.3rc4", "1.2.3-beta.1", "1.2.3-rc.04", "1.2.3 ", "1.2.3\n"]
)
def test_what_could_be_spelt_in_two_ways_is_no_version(text):
    with pytest.raises(ReleaseRefused, match="not a version"):
        Version.from_npm(text)


def test_it_is_stamped_into_the_only_file_that_says_it(tmp_path):
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text((CHECKOUT / FILE).read_text())
    version = Version.from_npm("7.8.9-rc.1")
    assert stamp(tmp_path, version)
    assert written_version(tmp_path) == version
    namespace: dict[str, str] = {}
    exec((tmp_path / FILE).read_text(), namespace)  # noqa: S102 - our own three lines
    assert namespace["VERSION"] == "7.8.9rc1"
    assert not stamp(tmp_path, version)
