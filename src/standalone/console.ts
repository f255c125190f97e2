import { Presets, SingleBar } from 'cli-progress';

/** How far something long is. */
export interface Progress {
  readonly percent: number;
  readonly repositories: number;
  readonly repositoriesPerSecond: number;
  readonly secondsLeft: number | undefined;
}

/** What a person at the terminal is told; everything else goes to the log. */
export interface Voice {
  say(line: string): void;
  /** Shown as a bar on a terminal, else as a line every few seconds. */
  progress(progress: Progress): void;
  /** Ends the bar, if there is one. */
  progressDone(): void;
}

const LINE_EVERY_MS = 5_000;

export function createVoice(out: NodeJS.WriteStream): Voice {
  return out.isTTY ? terminalVoice(out) : lineVoice(out);
}

function terminalVoice(out: NodeJS.WriteStream): Voice {
  const format = 'backfill {bar} {percentage} % | {repositories} repositories | {pace}';
  const bar = new SingleBar({ format, stream: out, hideCursor: true, clearOnComplete: false }, Presets.shades_classic);
  const stop = () => bar.isActive && bar.stop();
  return {
    say(line) {
      stop();
      out.write(`${line}\n`);
    },
    progress({ percent, repositories, ...pace }) {
      const shown = { repositories, pace: paceText(pace) };
      if (!bar.isActive) bar.start(100, 0, shown);
      bar.update(percent, shown);
    },
    progressDone: stop,
  };
}

function lineVoice(out: NodeJS.WriteStream): Voice {
  let saidAtMs = 0;
  const say = (line: string) => void out.write(`${line}\n`);
  return {
    say,
    progress({ percent, repositories, ...pace }) {
      if (performance.now() - saidAtMs < LINE_EVERY_MS) return;
      saidAtMs = performance.now();
      say(`backfill ${percent} %, ${repositories} repositories, ${paceText(pace)}`);
    },
    progressDone: () => undefined,
  };
}

/** Such as `120/s, 4 min left`. */
function paceText({ repositoriesPerSecond, secondsLeft }: Pick<Progress, 'repositoriesPerSecond' | 'secondsLeft'>) {
  const rate = `${Math.round(repositoriesPerSecond)}/s`;
  if (secondsLeft === undefined) return rate;
  return secondsLeft < 90
    ? `${rate}, ${Math.ceil(secondsLeft)} s left`
    : `${rate}, ${Math.round(secondsLeft / 60)} min left`;
}
