package dev.tenon.toolbox.foreign;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Lines of bytes, each bounded. Not thread-safe. */
final class Lines {
    private final InputStream in;
    private final int most;

    /** How a line ended. */
    enum Kind {
        WHOLE,
        HALF,
        TOO_LONG,
        END
    }

    static final class Line {
        private final Kind kind;
        private final byte[] bytes;

        Line(Kind kind, byte[] bytes) {
            this.kind = kind;
            this.bytes = bytes;
        }

        Kind kind() {
            return kind;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    Lines(InputStream in, int most) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.most = most;
    }

    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return new Line(Kind.WHOLE, line.toByteArray());
            }
            if (line.size() == most) {
                return new Line(Kind.TOO_LONG, line.toByteArray());
            }
            line.write(b);
        }
        return new Line(line.size() == 0 ? Kind.END : Kind.HALF, line.toByteArray());
    }
}
