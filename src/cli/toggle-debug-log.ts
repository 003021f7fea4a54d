import type { AdjustableLogger, LogLevel } from '../telemetry/logger.ts';

/** Has SIGUSR2 switch the log between `debug` and the level it began with (`info` if that was `debug`); tells `onChange` so that others follow. */
export const toggleDebugLog = (log: AdjustableLogger, onChange: (level: LogLevel) => void): void => {
  const first = log.level();
  const quiet = first === 'debug' ? 'info' : first;
  process.on('SIGUSR2', () => {
    const level = log.level() === 'debug' ? quiet : 'debug';
    log.setLevel(level);
    onChange(level);
    // As an error, so that it is seen at any level.
    log.error({ logLevel: level }, 'the log level was changed');
  });
};
