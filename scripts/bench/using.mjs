// Node 20 has no `await using`.

export async function using(build, work) {
  const lab = await build();
  try {
    return await work(lab);
  } finally {
    await lab.dispose();
  }
}
