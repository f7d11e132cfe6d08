/** What all that take part agree on. */
export const HELLO = "Hello world!";
/** The static file, and its length in bytes. */
export const FILE = "file.txt";
export const FILE_LENGTH = 10_240;
