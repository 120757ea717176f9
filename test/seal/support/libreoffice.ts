import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** LibreOffice has no option for a password, so a macro opens the file. */
const MACRO = `
Sub Export(source As String, target As String, password As String)
  Dim options(1) As New com.sun.star.beans.PropertyValue
  options(0).Name = "Hidden"
  options(0).Value = True
  options(1).Name = "Password"
  options(1).Value = password
  On Error Goto Refused
  document = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, options())
  If IsNull(document) Then Goto Refused
  Dim csv(1) As New com.sun.star.beans.PropertyValue
  csv(0).Name = "FilterName"
  csv(0).Value = "Text - txt - csv (StarCalc)"
  csv(1).Name = "FilterOptions"
  csv(1).Value = "44,34,76,1"
  document.storeToURL(ConvertToURL(target), csv())
  document.close(True)
  Exit Sub
Refused:
  file = FreeFile
  Open ConvertToURL(target) For Output As #file
  Print #file, "refused"
  Close #file
End Sub

Sub ExportEach(source As String, target As String, passwords As String)
  list = Split(passwords, ",")
  For index = 0 To UBound(list)
    Export(source, target &amp; index &amp; ".csv", list(index))
  Next
End Sub`;

/** What LibreOffice shows of the first sheet of a workbook, as CSV, with each password in turn; `refused` if it does not open it. */
export function exportWithPasswords(folder: string, workbook: string, passwords: readonly string[]): string[] {
  const profile = join(folder, 'profile');
  writeProfile(join(profile, 'user'));
  const target = join(folder, 'exported');
  const args = [workbook, target, passwords.join(',')].map((text) => `"${text}"`).join(',');
  const run = spawnSync(
    'soffice',
    [
      ...['--headless', '--norestore', `-env:UserInstallation=${pathToFileURL(profile)}`],
      `macro:///Standard.Sealed.ExportEach(${args})`,
    ],
    { timeout: 50_000, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  );
  return passwords.map((_, index) => {
    const path = `${target}${index}.csv`;
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : `nothing was exported: ${run.stderr}`;
  });
}

function writeProfile(user: string): void {
  const basic = join(user, 'basic');
  mkdirSync(join(basic, 'Standard'), { recursive: true });
  // A profile that is not marked as complete is filled with the one that LibreOffice brings, and the macro is lost.
  writeFileSync(
    join(user, 'registrymodifications.xcu'),
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/Office">' +
      '<prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item></oor:items>',
  );
  const library = 'xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"';
  write(
    join(basic, 'script.xlc'),
    'library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd"',
    `<library:libraries ${library}><library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple" library:link="false"/></library:libraries>`,
  );
  write(
    join(basic, 'Standard', 'script.xlb'),
    'library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd"',
    `<library:library ${library} library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Sealed"/></library:library>`,
  );
  write(
    join(basic, 'Standard', 'Sealed.xba'),
    'script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd"',
    `<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Sealed" script:language="StarBasic">${MACRO}</script:module>`,
  );
}

function write(path: string, doctype: string, body: string): void {
  writeFileSync(path, `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE ${doctype}>\n${body}\n`);
}
