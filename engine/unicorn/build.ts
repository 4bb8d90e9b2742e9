/** The coverage library. */
import { library } from '../binary';

export const COVERAGE_LIBRARY = library(__dirname, 'coverage');
