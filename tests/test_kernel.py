"""The cache of compiled loops follows every source that could be part of one."""

from pathlib import Path

from numba import config

from trueline.kernel import PACKAGE, fingerprint, kernel, plain


def test_the_cache_belongs_to_the_present_sources() -> None:
    assert Path(config.CACHE_DIR).name == f"kernels-{fingerprint(PACKAGE)}"


def test_any_change_of_a_kernel_means_another_cache(tmp_path: Path) -> None:
    (tmp_path / "money").mkdir()
    callee = tmp_path / "money" / "exact.py"
    callee.write_text("@kernel\ndef add(a, b):\n    return a + b\n")
    (tmp_path / "words.py").write_text("GREETING = 'hello'\n")
    before = fingerprint(tmp_path)
    (tmp_path / "words.py").write_text("GREETING = 'good morning'\n")
    assert fingerprint(tmp_path) == before
    callee.write_text("@kernel\ndef add(a, b):\n    return a - b\n")
    assert fingerprint(tmp_path) != before


def test_the_plain_function_is_always_there() -> None:
    def double(a: int) -> int:
        return 2 * a

    assert plain(kernel(double)) is double
    assert plain(double) is double
