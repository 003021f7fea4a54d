/** What is wrong with a YAML text, without the position and the picture that the library adds: whoever shows it says better where that is. */
export const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').replace(/ at line .*$/, '');
