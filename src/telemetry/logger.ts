import { pino } from 'pino';
import type { DestinationStream } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

type Write = (context: object, message: string) => void;

/** Writes one line per call. An error that is passed as `error` is written with its message and stack. */
export type Logger = {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
  /** False when `debug` writes nothing, so that its fields need not be gathered. */
  readonly isDebugEnabled: boolean;
};

/** A logger whose level can be changed while it runs. */
export type AdjustableLogger = Logger & {
  readonly level: () => LogLevel;
  readonly setLevel: (level: LogLevel) => void;
};

export type LoggerOptions = {
  readonly level: LogLevel;
  /** Fields of every line. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Where lines go; synchronous standard output unless given, so that the last words of a failing process are seen. */
  readonly destination?: DestinationStream;
};

/** An error with its message alone: pino would append those of its causes, which a message here repeats already. The stack has them. */
const writeError = (error: unknown): unknown =>
  error instanceof Error ? { ...pino.stdSerializers.err(error), message: error.message } : error;

/** A logger that writes JSON lines with `ts` (seconds), `level` and `msg`. */
export const createLogger = ({
  level,
  fields = {},
  destination = pino.destination(1),
}: LoggerOptions): AdjustableLogger => {
  const options = {
    level,
    base: fields,
    timestamp: () => `,"ts":${Date.now() / 1000}`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: writeError },
  };
  const writer = pino(options, destination);
  return {
    debug: (context, message) => writer.debug(context, message),
    info: (context, message) => writer.info(context, message),
    warn: (context, message) => writer.warn(context, message),
    error: (context, message) => writer.error(context, message),
    get isDebugEnabled() {
      return writer.isLevelEnabled('debug');
    },
    // It is only ever set to one of ours.
    level: () => writer.level as LogLevel,
    setLevel: (next) => {
      writer.level = next;
    },
  };
};
