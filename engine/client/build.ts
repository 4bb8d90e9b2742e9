/** The preload library. */
import { library } from '../binary';

export const PRELOAD_LIBRARY = library(__dirname, 'preload');
/** Its path. */
export const PRELOAD = PRELOAD_LIBRARY.file;
