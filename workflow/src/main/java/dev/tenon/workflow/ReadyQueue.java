package dev.tenon.workflow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Steps that wait for their turn. Of those that need the same only the first is looked at, so that the work does not grow with the number of those that wait.
 *
 * <p>Priority goes first, then the sooner deadline, then who was ready first. Nothing starves: who is ready {@value #AGE} steps earlier counts as of one more priority; and where
 * the first of all cannot have what it needs, nobody who needs any of that is let past it.
 */
final class ReadyQueue {
    /** Long enough that priorities mean what they say, short enough that nobody waits for a whole large graph. */
    private static final int AGE = 1_024;

    private record Waiting(Frame frame, long since, long rank) {}

    private static final Comparator<Waiting> ORDER = Comparator.comparingLong(Waiting::rank)
            .thenComparingLong(waiting -> waiting.frame().node.deadline)
            .thenComparingLong(Waiting::since);

    private final Plan plan;
    private final List<PriorityQueue<Waiting>> groups = new ArrayList<>();
    private int size;

    ReadyQueue(Plan plan) {
        this.plan = plan;
        for (int i = 0; i <= plan.needs.size(); i++) {
            groups.add(new PriorityQueue<>(ORDER));
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(Frame frame, long since) {
        groups.get(frame.node.needs + 1).add(new Waiting(frame, since, since / AGE - frame.node.priority));
        size++;
    }

    void remove(Frame frame) {
        if (groups.get(frame.node.needs + 1).removeIf(waiting -> waiting.frame() == frame)) {
            size--;
        }
    }

    /** Takes out who is next; null where nobody can go on. */
    @Nullable
    Frame next(int[] used, boolean room) {
        if (size == 0) {
            return null;
        }
        if (groups.size() == 1) {
            Waiting first = room ? groups.getFirst().poll() : null;
            size -= first == null ? 0 : 1;
            return first == null ? null : first.frame();
        }
        List<Waiting> heads = new ArrayList<>(groups.size());
        for (PriorityQueue<Waiting> group : groups) {
            Waiting head = group.peek();
            if (head != null) {
                heads.add(head);
            }
        }
        heads.sort(ORDER);
        boolean[] blocked = new boolean[used.length];
        for (Waiting head : heads) {
            Node node = head.frame().node;
            int[] needs = node.needs < 0 ? null : plan.needs.get(node.needs);
            boolean may = room || !node.effect;
            if (needs != null) {
                for (int i = 0; i < needs.length; i++) {
                    if (needs[i] > 0 && (blocked[i] || used[i] + needs[i] > plan.sizes[i])) {
                        may = false;
                        blocked[i] = true;
                    }
                }
            }
            if (may) {
                groups.get(node.needs + 1).poll();
                size--;
                return head.frame();
            }
        }
        return null;
    }

    interface Visitor {
        void visit(Frame frame, long since);
    }

    void forEach(Visitor visitor) {
        List<Waiting> all = new ArrayList<>();
        groups.forEach(all::addAll);
        all.sort(Comparator.comparingLong(Waiting::since));
        all.forEach(waiting -> visitor.visit(waiting.frame(), waiting.since()));
    }
}
