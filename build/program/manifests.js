/** How Scoop installs the program on Windows. https://github.com/ScoopInstaller/Scoop/wiki/App-Manifests */
export function scoopManifest({ version, description, homepage, archives }) {
  const parts = archives.filter(({ platform }) => platform.startsWith('win-'));
  if (parts.length === 0) return undefined;
  const architecture = parts.map(({ platform, url, sum, folder }) => [
    platform === 'win-arm64' ? 'arm64' : '64bit',
    { url, hash: sum, extract_dir: folder },
  ]);
  const manifest = {
    version,
    description,
    homepage,
    license: 'MIT',
    architecture: Object.fromEntries(architecture),
    bin: 'orkeys.exe',
  };
  return `${JSON.stringify(manifest, null, 4)}\n`;
}

/** How Homebrew installs it on macOS and Linux. https://docs.brew.sh/Formula-Cookbook */
export function homebrewFormula({ version, description, homepage, archives }) {
  const systems = [
    ['on_macos', 'darwin'],
    ['on_linux', 'linux'],
  ].flatMap(([block, os]) => {
    const parts = archives.filter(({ platform }) => platform.startsWith(`${os}-`));
    return parts.length === 0 ? [] : ['', `  ${block} do`, ...parts.flatMap(architectureBlock), '  end'];
  });
  if (systems.length === 0) return undefined;
  return `${[
    'class Orkeys < Formula',
    `  desc ${ruby(description)}`,
    ...(homepage === undefined ? [] : [`  homepage ${ruby(homepage)}`]),
    `  version ${ruby(version)}`,
    '  license "MIT"',
    ...systems,
    '',
    '  def install',
    '    bin.install "orkeys"',
    '    prefix.install Dir["*.txt"]',
    '    generate_completions_from_executable(bin/"orkeys", "completion", shells: [:bash, :zsh, :fish])',
    '  end',
    '',
    '  test do',
    '    assert_match version.to_s, shell_output("#{bin}/orkeys --version")',
    '  end',
    'end',
  ].join('\n')}\n`;
}

function architectureBlock({ platform, url, sum }) {
  return [
    `    ${platform.endsWith('-arm64') ? 'on_arm' : 'on_intel'} do`,
    `      url ${ruby(url)}`,
    `      sha256 ${ruby(sum)}`,
    '    end',
  ];
}

function ruby(text) {
  return JSON.stringify(text).replaceAll('#', '\\#');
}
