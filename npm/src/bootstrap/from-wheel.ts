import { become } from "../handover.js";
import type { Environment, Host } from "../host.js";
import type { PackageAssets } from "../package-assets.js";
import { findPython } from "../python/find.js";
import { requireWheel } from "./wheel.js";

/** Run our code as it lies in the wheel, with nothing but Python's own library: no other package may be in its way. */
const RUN =
  "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module('ktx_runtime', run_name='__main__', alter_sys=True)";

/**
 * Run the controller from the wheel where no runtime can: for what it can tell without a library. Nothing is fetched, made
 * or asked.
 */
export async function runFromWheel(
  host: Host,
  assets: PackageAssets,
  words: readonly string[],
  environment: Environment,
): Promise<number> {
  requireWheel(assets);
  const python = await findPython(host, assets.runtime.requiresPython);
  return await become(python.executable, ["-I", "-S", "-c", RUN, assets.wheel, ...words], {
    ...environment,
    KTX_BASE_PYTHON: python.executable,
  });
}
