/**
 * The rows of the attack list, by group; a row's number begins its test's name. A number that is not here is not in the
 * list either. Not yet tested: R (frames and cookies), T (denial of service), U (packaging).
 */
export const ROWS: readonly string[] = [
  ...numbered('A', 1, 8),
  ...numbered('B', 1, 10),
  ...numbered('C', 1, 16),
  'C4b',
  ...numbered('D', 1, 6),
  ...numbered('E', 1, 13),
  'E15',
  ...numbered('F', 1, 12),
  ...numbered('G', 1, 18),
  ...numbered('H', 1, 6),
  ...numbered('I', 1, 5),
  ...numbered('I', 7, 8),
  ...numbered('J', 1, 6),
  ...numbered('J', 8, 10),
  ...numbered('K', 1, 6),
  ...numbered('L', 1, 6),
  ...numbered('M', 1, 9),
  ...numbered('N', 1, 7),
  ...numbered('O', 1, 12),
  ...numbered('P', 1, 11),
  ...numbered('Q', 1, 4),
  ...numbered('S', 1, 5),
];

function numbered(group: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${group}${first + index}`);
}
