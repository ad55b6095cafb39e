import { damagedPackage, type PackageAssets } from "../package-assets.js";
import { fileMismatch } from "../verify.js";

/** Throws a `LauncherError` unless the bundled wheel is, byte by byte, the one that this package was built with. */
export function requireWheel({ wheel, runtime }: PackageAssets): void {
  const wrong = fileMismatch(wheel, runtime.wheel);
  if (wrong) throw damagedPackage(`${runtime.wheel.file}: ${wrong}`);
}
