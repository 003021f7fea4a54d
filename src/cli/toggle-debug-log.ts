import type { AdjustableLogger, LogLevel } from '../telemetry/logger.ts';

/** Has SIGUSR2 switch the log to `debug`, and back to the level it had; tells `onChange` so that others follow. */
export const toggleDebugLog = (log: AdjustableLogger, onChange: (level: LogLevel) => void): void => {
  const usual = log.level();
  process.on('SIGUSR2', () => {
    const level = log.level() === 'debug' && usual !== 'debug' ? usual : 'debug';
    log.setLevel(level);
    onChange(level);
    log.info({ level }, 'the log level was changed');
  });
};
