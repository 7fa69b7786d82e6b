import { createDeliveries, type Delivery } from '../../lib/session/deliveries.js';

const setUp = () => {
  const zone: string[] = [];
  const deliveries = createDeliveries((work) => {
    zone.push('in');
    work();
  });
  const all: string[] = [];
  const write = (delivery: Delivery): void =>
    void all.push(`${delivery.id} ${delivery.state}${'rid' in delivery ? ` ${delivery.rid}` : ''}`);
  const listen = () => deliveries.delivery$.subscribe({ next: write, complete: () => all.push('|') });
  const leave = (id: string, rid: number) => {
    const ticket = deliveries.ticket(id);
    deliveries.queued(ticket);
    deliveries.taken(ticket);
    deliveries.dispatched(rid);
    return ticket;
  };
  return { deliveries, all, zone, listen, leave };
};

describe('deliveries', () => {
  it('are acknowledged up to a request, and uncertain when nothing more is heard', () => {
    const { deliveries, all, listen, leave } = setUp();
    listen();
    leave('a', 1);
    leave('b', 2);
    leave('c', 3);
    all.length = 0;
    deliveries.acknowledged(2);
    deliveries.ended();
    deliveries.ended();
    expect(all).toEqual(['a acknowledged', 'b acknowledged', 'c uncertain']);
  });

  it('are unsent when the session ends on their way into a request', () => {
    const { deliveries, all, listen } = setUp();
    listen();
    deliveries.taken(deliveries.ticket('a'));
    deliveries.ended();
    expect(all).toEqual(['a unsent']);
  });

  it('go on with what is read back: known requests stay, unknown ones are told, others have been answered', () => {
    const { deliveries, all, listen, leave } = setUp();
    listen();
    leave('a', 1);
    leave('b', 2);
    all.length = 0;
    deliveries.begin([
      { rid: 2, ids: ['b'] },
      { rid: 3, ids: ['c', ''] },
    ]);
    expect(all).toEqual(['a acknowledged', 'c dispatched 3', ' dispatched 3']);
  });

  it('put aside are found again by their id, or somebody else has taken them', () => {
    const { deliveries, all, listen } = setUp();
    const [found, lost] = [deliveries.ticket('a'), deliveries.ticket('b')];
    deliveries.putAside(found);
    deliveries.putAside(lost);
    listen();
    expect(deliveries.ticket('a')).toBe(found);
    expect(deliveries.ticket('a')).not.toBe(found);
    deliveries.begin([]);
    expect(all).toEqual(['b uncertain']);
  });

  it('run in the zone of the app, and only for somebody', () => {
    const { zone, listen, leave } = setUp();
    leave('a', 1);
    expect(zone).toEqual([]);
    listen();
    leave('b', 2);
    expect(zone).toEqual(['in', 'in']);
  });

  it('complete with the client', () => {
    const { deliveries, all, listen, leave } = setUp();
    const one: string[] = [];
    listen();
    const ticket = leave('a', 1);
    deliveries
      .follow(ticket)
      .subscribe({ next: ({ state }) => one.push(state), complete: () => one.push('|') });
    deliveries.close();
    expect(one).toEqual(['dispatched', '|']);
    expect(all.at(-1)).toBe('|');
  });
});
