/** Reads NumPy's .npz archives: a zip of .npy files, each read as a stream. */
import { ByteReader } from './byteReader.js';
import { badData } from './dataFailure.js';
import { DEFAULT_LIMITS, type DataArray, type DataLimits } from './dataSet.js';
import { readNpyStream } from './npy.js';
import { withZip, type ZipMember } from './zipArchive.js';

/**
 * The arrays that `choose` names among the archive's, without ".npy". Arrays that nobody asks for are not
 * read. Throws a Failure that names file, array and offset.
 */
export async function readNpz(
  file: string,
  choose: (names: readonly string[]) => readonly string[],
  limits: DataLimits = DEFAULT_LIMITS,
): Promise<Map<string, DataArray>> {
  return withZip(file, limits, async (members) => {
    const arrays = new Map<string, DataArray>();
    const names = [...members.keys()].flatMap((name) => (name.endsWith('.npy') ? [name.slice(0, -4)] : []));
    if (names.length === 0)
      throw badData(file, null, 'it contains no .npy array', 'Save it with numpy.savez(file, x=…, y=…).');
    for (const name of choose(names)) {
      const member = members.get(`${name}.npy`);
      if (member) arrays.set(name, await readMember(file, member, limits));
    }
    return arrays;
  });
}

function readMember(file: string, member: ZipMember, limits: DataLimits): Promise<DataArray> {
  const reader = new ByteReader(member.open(), `${file}, array ${member.name}`);
  return readNpyStream({ reader, mostBytes: member.byteCount, lengthIsKnown: true }, limits);
}
