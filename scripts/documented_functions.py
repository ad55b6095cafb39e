"""Write the names of the functions of engines that cannot be asked here, as others have read them from the manuals.

    python scripts/documented_functions.py        needs npm and pip, and fetches two packages through them

sql-formatter (MIT) keeps a list for each dialect; pyspark-client has every function of Spark, which Databricks is
built on; sqlglot knows the names that a dialect alone has. For engines that can be asked there is
`scripts/engine_functions.py`.
"""

import ast
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from sqlglot.dialects.dialect import Dialect
from sqlglot.parser import Parser

NAMES = Path(__file__).resolve().parent.parent / "features/core/semantic_layer/functions/names"
FORMATTER = "sql-formatter@15.9.0"
SPARK = "pyspark-client==4.0.1"
LISTS = {
    "bigquery": "bigquery",
    "databricks": "spark",
    "redshift": "redshift",
    "snowflake": "snowflake",
    "trino": "trino",
    "tsql": "transactsql",
}
"""Our dialects, and what sql-formatter calls them."""

READ = "import(process.argv[1]).then(m => console.log(JSON.stringify(m.functions)))"


def formatter_names(directory: Path) -> dict[str, set[str]]:
    """By our dialects, what sql-formatter lists."""
    subprocess.run(
        [_program("npm"), "pack", "--silent", FORMATTER], cwd=directory, check=True, stdout=subprocess.DEVNULL
    )
    (archive,) = directory.glob("sql-formatter-*.tgz")
    _unpack(archive, directory)
    found = {}
    for dialect, name in LISTS.items():
        module = directory / "package/dist/esm/languages" / name / f"{name}.functions.js"
        done = subprocess.run([_program("node"), "-e", READ, module], capture_output=True, check=True, text=True)
        found[dialect] = {str(function).lower() for function in json.loads(done.stdout)}
    return found


def spark_names(directory: Path) -> set[str]:
    """The functions that Spark's own module for Python gives."""
    fetch = [_program("python3"), "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", SPARK]
    subprocess.run(fetch, cwd=directory, check=True)
    (archive,) = directory.glob("pyspark_client-*.tar.gz")
    _unpack(archive, directory)
    (module,) = directory.glob("pyspark_client-*/pyspark/sql/functions/builtin.py")
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return {node.name.lower() for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[0] != "_"}


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is not installed")
    return found


def _unpack(archive: Path, directory: Path) -> None:
    with tarfile.open(archive) as packed:
        packed.extractall(directory, filter="data")


def main() -> None:
    """Fetch, read and write a file for each dialect."""
    with tempfile.TemporaryDirectory() as made:
        directory = Path(made)
        known = formatter_names(directory)
        known["databricks"] |= spark_names(directory)
    for dialect, names in known.items():
        names |= {
            name.lower()
            for name in Dialect.get_or_raise(dialect).parser_class.FUNCTIONS.keys() - Parser.FUNCTIONS.keys()
        }
        plain = {name for name in names if name.replace("_", "a").replace(".", "a").isalnum()}
        (NAMES / f"{dialect}.txt").write_text("\n".join(sorted(plain)) + "\n", encoding="utf-8")
        print(f"{dialect}: {len(plain)}")


if __name__ == "__main__":
    main()
