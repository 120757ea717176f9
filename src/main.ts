export async function main(process: NodeJS.Process): Promise<number> {
  process.stdout.write('orkeys\n');
  return 0;
}
