// What instructors use today: one POST after the other, and 0.1 s of rest after each. node bench/sequential-loop.js <people>
const { ORKEYS_BASE_URL, OPENROUTER_MANAGEMENT_KEY } = process.env;

const keys = [];
for (let index = 0; index < Number(process.argv[2]); index += 1) {
  const response = await fetch(`${ORKEYS_BASE_URL}/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${OPENROUTER_MANAGEMENT_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: `Person_${index}`, limit: 1 }),
  });
  if (response.status !== 201) throw new Error(`answered ${response.status}`);
  keys.push((await response.json()).key);
  await new Promise((resolve) => setTimeout(resolve, 100));
}
console.log(keys.length);
