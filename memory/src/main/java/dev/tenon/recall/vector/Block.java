package dev.tenon.recall.vector;

import dev.tenon.provider.Embedding;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some hundred vectors, number by number: first the first number of each, then the second. Not thread-safe.
 *
 * <p>A product of one vector with many, summed number by number, is a chain of additions that may not be put in another order, and so no compiler makes SIMD of it. Here the inner loop adds to as many
 * sums as there are rows, none of which waits for another; C2 makes SIMD of it with no flag and no incubating module. It does so only where it can see that what is read is not what is written: the
 * columns of floats are therefore arrays of their own, read from their beginning on, and bytes may lie in one array, since no float is a byte. Measured on JDK 25 with 100,000 x 384: a loop by rows 25 ms,
 * floats 8 ms (what the memory can deliver), bytes 3 ms.
 *
 * <p>Each row has a factor that makes of its sum a cosine, and a bound on how far that is from the true one: of rounding in the sum (N. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, 3.1:
 * n additions are off by at most n u / (1 - n u)), and of bytes also the length of what rounding them took away, by the inequality of Cauchy and Schwarz.
 */
abstract sealed class Block {
    /** As many rows as make the inner loop long, and whose sums stay in the nearest cache. */
    static final int ROWS = 512;

    private static final int FIRST_ROWS = 32;

    final int dimensions;
    final int rows;
    final float[] factor;
    final float[] bound;

    private Block(int dimensions, int rows) {
        this.dimensions = dimensions;
        this.rows = rows;
        this.factor = new float[rows];
        this.bound = new float[rows];
    }

    static Block of(Precision precision, int dimensions) {
        return of(precision, dimensions, FIRST_ROWS);
    }

    private static Block of(Precision precision, int dimensions, int rows) {
        return switch (precision) {
            case INT8 -> new Bytes(dimensions, rows);
            case FLOAT -> new Floats(dimensions, rows);
        };
    }

    /** A larger one with the same rows. */
    Block grown() {
        Block larger =
                of(this instanceof Bytes ? Precision.INT8 : Precision.FLOAT, dimensions, Math.min(ROWS, rows * 4));
        for (int row = 0; row < rows; row++) {
            larger.copy(row, this, row);
        }
        return larger;
    }

    /** Writes a vector into a row. */
    abstract void set(int row, float[] vector);

    /** Writes what a row of another block of this kind has into a row. */
    void copy(int row, Block from, int source) {
        factor[row] = from.factor[source];
        bound[row] = from.bound[source];
    }

    /** The vector of a row as it was written; null where the block does not have it as it was. */
    abstract @Nullable Embedding vector(int row);

    /** For every row the sum of its products with a vector, to be multiplied by the row's factor. */
    abstract void sums(float[] vector, float[] sums);

    /** What n additions of products of floats are off at most, relative to the product of the lengths; twice that, for the factors. */
    private static double rounding(int dimensions) {
        return 2 * (dimensions + 4) * 0x1p-24;
    }

    private static double length(float[] vector) {
        double sum = 0;
        for (float number : vector) {
            sum += (double) number * number;
        }
        return Math.sqrt(sum);
    }

    private static float largest(float[] vector) {
        float largest = 0;
        for (float number : vector) {
            largest = Math.max(largest, Math.abs(number));
        }
        return largest;
    }

    /** The next float above, so that a bound stays one. */
    private static float above(double value) {
        return Math.nextUp((float) value);
    }

    static final class Floats extends Block {
        /** Numbers of this size can be multiplied and summed in floats without a loss but rounding. */
        private static final int USUAL = 40;

        private final float[][] columns;
        // By how many powers of two a row of unusual size was brought down, so that no sum is too large for a float;
        // such a row is kept elsewhere as it was.
        private final boolean[] scaled;

        private Floats(int dimensions, int rows) {
            super(dimensions, rows);
            this.columns = new float[dimensions][rows];
            this.scaled = new boolean[rows];
        }

        static boolean isUsual(float[] vector) {
            float largest = largest(vector);
            return largest == 0 || Math.abs(Math.getExponent(largest)) <= USUAL;
        }

        @Override
        void set(int row, float[] vector) {
            double length = length(vector);
            scaled[row] = !isUsual(vector);
            int down = scaled[row] ? Math.getExponent(largest(vector)) : 0;
            for (int i = 0; i < dimensions; i++) {
                columns[i][row] = down == 0 ? vector[i] : (float) Math.scalb((double) vector[i], -down);
            }
            factor[row] = length == 0 ? 0 : (float) (1 / Math.scalb(length, -down));
            bound[row] = length == 0 ? 0 : above(rounding(dimensions));
        }

        @Override
        void copy(int row, Block from, int source) {
            super.copy(row, from, source);
            Floats other = (Floats) from;
            scaled[row] = other.scaled[source];
            for (int i = 0; i < dimensions; i++) {
                columns[i][row] = other.columns[i][source];
            }
        }

        @Override
        @Nullable
        Embedding vector(int row) {
            if (scaled[row]) {
                return null;
            }
            float[] vector = new float[dimensions];
            for (int i = 0; i < dimensions; i++) {
                vector[i] = columns[i][row];
            }
            return Embedding.of(vector);
        }

        @Override
        void sums(float[] vector, float[] sums) {
            Arrays.fill(sums, 0);
            int i = 0;
            for (; i + 8 <= dimensions; i += 8) {
                eight(vector, columns, i, sums);
            }
            for (; i < dimensions; i++) {
                one(vector[i], columns[i], sums);
            }
        }

        private static void eight(float[] by, float[][] columns, int at, float[] sums) {
            float by0 = by[at];
            float by1 = by[at + 1];
            float by2 = by[at + 2];
            float by3 = by[at + 3];
            float by4 = by[at + 4];
            float by5 = by[at + 5];
            float by6 = by[at + 6];
            float by7 = by[at + 7];
            float[] column0 = columns[at];
            float[] column1 = columns[at + 1];
            float[] column2 = columns[at + 2];
            float[] column3 = columns[at + 3];
            float[] column4 = columns[at + 4];
            float[] column5 = columns[at + 5];
            float[] column6 = columns[at + 6];
            float[] column7 = columns[at + 7];
            for (int row = 0; row < sums.length; row++) {
                sums[row] += by0 * column0[row]
                        + by1 * column1[row]
                        + by2 * column2[row]
                        + by3 * column3[row]
                        + by4 * column4[row]
                        + by5 * column5[row]
                        + by6 * column6[row]
                        + by7 * column7[row];
            }
        }

        private static void one(float by, float[] column, float[] sums) {
            for (int row = 0; row < sums.length; row++) {
                sums[row] += by * column[row];
            }
        }
    }

    static final class Bytes extends Block {
        private final byte[] numbers;

        private Bytes(int dimensions, int rows) {
            super(dimensions, rows);
            this.numbers = new byte[Math.multiplyExact(dimensions, rows)];
        }

        @Override
        void set(int row, float[] vector) {
            double length = length(vector);
            double step = largest(vector) / 127.0;
            double lost = 0;
            for (int i = 0; i < dimensions; i++) {
                long rounded = step == 0 ? 0 : Math.round(vector[i] / step);
                numbers[i * rows + row] = (byte) rounded;
                double off = vector[i] - rounded * step;
                lost += off * off;
            }
            factor[row] = length == 0 ? 0 : (float) (step / length);
            double share = length == 0 ? 0 : Math.sqrt(lost) / length;
            bound[row] = length == 0 ? 0 : above(share * (1 + 1e-9) + rounding(dimensions) * (1 + share));
        }

        @Override
        void copy(int row, Block from, int source) {
            super.copy(row, from, source);
            Bytes other = (Bytes) from;
            for (int i = 0; i < dimensions; i++) {
                numbers[i * rows + row] = other.numbers[i * other.rows + source];
            }
        }

        @Override
        @Nullable
        Embedding vector(int row) {
            return null;
        }

        @Override
        void sums(float[] vector, float[] sums) {
            Arrays.fill(sums, 0);
            int i = 0;
            for (; i + 4 <= dimensions; i += 4) {
                four(vector[i], vector[i + 1], vector[i + 2], vector[i + 3], numbers, i * rows, sums);
            }
            for (; i < dimensions; i++) {
                one(vector[i], numbers, i * rows, sums);
            }
        }

        private static void four(float by0, float by1, float by2, float by3, byte[] numbers, int from, float[] sums) {
            int rows = sums.length;
            int from1 = from + rows;
            int from2 = from1 + rows;
            int from3 = from2 + rows;
            for (int row = 0; row < rows; row++) {
                sums[row] += by0 * numbers[from + row]
                        + by1 * numbers[from1 + row]
                        + by2 * numbers[from2 + row]
                        + by3 * numbers[from3 + row];
            }
        }

        private static void one(float by, byte[] numbers, int from, float[] sums) {
            for (int row = 0; row < sums.length; row++) {
                sums[row] += by * numbers[from + row];
            }
        }
    }
}
