package dev.tenon.recall;

import dev.tenon.message.Message;
import java.util.Arrays;
import java.util.List;

/**
 * The messages of a window in one piece, so that reading it is one copy. Adding and letting go take time for the messages added or gone, on average: what is held is moved to the front only where
 * as many places have become free. Not thread-safe.
 */
final class HeldMessages {
    private Message[] places = new Message[16];
    private int from;
    private int to;

    /** Adds these behind all. */
    void add(List<Message> messages) {
        int more = messages.size();
        if (to + more > places.length) {
            makeRoom(more);
        }
        for (int i = 0; i < more; i++) {
            places[to++] = messages.get(i);
        }
    }

    private void makeRoom(int more) {
        int held = to - from;
        if (held + more > places.length / 2) {
            Message[] larger = new Message[2 * (held + more)];
            System.arraycopy(places, from, larger, 0, held);
            places = larger;
        } else {
            System.arraycopy(places, from, places, 0, held);
            Arrays.fill(places, held, to, null);
        }
        from = 0;
        to = held;
    }

    /** Lets so many go that stand behind so many others at the front. */
    void remove(int behind, int gone) {
        System.arraycopy(places, from, places, from + gone, behind);
        Arrays.fill(places, from, from + gone, null);
        from += gone;
    }

    List<Message> copy() {
        return List.of(Arrays.copyOfRange(places, from, to));
    }
}
