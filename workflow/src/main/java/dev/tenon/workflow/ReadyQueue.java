package dev.tenon.workflow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
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
            .thenComparing(waiting -> waiting.frame().node.deadline)
            .thenComparingLong(Waiting::since);

    private final Plan plan;
    private final List<PriorityQueue<Waiting>> groups = new ArrayList<>();

    /** How often each was taken out before its turn came. Its entries are skipped when they come first: looking for each in its group would take as long as the group is. */
    private final IdentityHashMap<Frame, Integer> left = new IdentityHashMap<>(0);

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

    /** Takes out one that waits. */
    void remove(Frame frame) {
        left.merge(frame, 1, Integer::sum);
        oneLess();
    }

    private void oneLess() {
        size--;
        if (size == 0 && !left.isEmpty()) {
            groups.forEach(PriorityQueue::clear);
            left.clear();
        }
    }

    /** The first of a group that still waits; null where none does. Who was taken out and waits again has waited less long than its old entry says, so that one comes first. */
    private @Nullable Waiting head(PriorityQueue<Waiting> group) {
        Waiting head = group.peek();
        while (head != null && !left.isEmpty() && gone(left, head)) {
            group.poll();
            head = group.peek();
        }
        return head;
    }

    /** Whether an entry is of one that was taken out; each such entry is counted once. */
    private static boolean gone(IdentityHashMap<Frame, Integer> left, Waiting waiting) {
        Integer times = left.get(waiting.frame());
        if (times == null) {
            return false;
        }
        if (times == 1) {
            left.remove(waiting.frame());
        } else {
            left.put(waiting.frame(), times - 1);
        }
        return true;
    }

    /** Takes out who is next; null where nobody can go on. */
    @Nullable
    Frame next(int[] used, boolean room) {
        if (size == 0) {
            return null;
        }
        if (groups.size() == 1) {
            Waiting first = room ? head(groups.getFirst()) : null;
            if (first == null) {
                return null;
            }
            groups.getFirst().poll();
            oneLess();
            return first.frame();
        }
        List<Waiting> heads = new ArrayList<>(groups.size());
        for (PriorityQueue<Waiting> group : groups) {
            Waiting head = head(group);
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
                oneLess();
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
        IdentityHashMap<Frame, Integer> passed = new IdentityHashMap<>(left);
        for (Waiting waiting : all) {
            if (!gone(passed, waiting)) {
                visitor.visit(waiting.frame(), waiting.since());
            }
        }
    }
}
