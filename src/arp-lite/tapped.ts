// A link with a listener on the line: every frame that is taken for sending and every frame that comes is shown to it.

import type { Link, OnFrame } from './link.ts';

export function tapped(link: Link, onFrame: OnFrame): Link {
  return {
    async send(frames) {
      const taken = await link.send(frames);
      for (const frame of frames.slice(0, taken)) onFrame(frame, null);
      return taken;
    },
    listen(hear, onError) {
      const both: OnFrame = (frame, vlanId) => {
        onFrame(frame, vlanId);
        hear(frame, vlanId);
      };
      link.listen(both, onError);
    },
    drops: () => link.drops(),
    close: () => link.close(),
  };
}
