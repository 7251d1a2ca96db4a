package dev.tenon.journal.file;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The body of a frame that deletes runs: u32 how many; of each u32 length, and its id in UTF-8. Their children are among them. */
final class Deletion {
    private Deletion() {}

    static Frame frame(List<String> runs) {
        List<byte[]> ids =
                runs.stream().map(run -> run.getBytes(StandardCharsets.UTF_8)).toList();
        int length = Frame.HEADER + Integer.BYTES;
        for (byte[] id : ids) {
            length = Math.addExact(length, Integer.BYTES + id.length);
        }
        byte[] bytes = new byte[length];
        Frame.INT.set(bytes, Frame.HEADER, ids.size());
        int at = Frame.HEADER + Integer.BYTES;
        for (byte[] id : ids) {
            at = Append.put(bytes, at, id);
        }
        return new Frame(Frame.DELETE, (byte) 0, bytes, length);
    }

    static List<String> runs(Bytes body) {
        List<String> runs = new ArrayList<>();
        int at = Integer.BYTES;
        for (int left = body.count(0); left > 0; left--) {
            runs.add(body.text(at));
            at += body.blockAt(at);
        }
        return runs;
    }
}
