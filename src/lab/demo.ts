// placeholder until the demo network exists
export async function runDemo(_process: NodeJS.Process, _color: boolean): Promise<number> {
  return 0;
}
