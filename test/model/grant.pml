/*
 * The protocol of lease, swap and tombstone that refreshes a grant: src/refresh/leased-refresh.ts, late-commits.ts and
 * the vaults. Processes may crash at any step, freeze for longer than their lease, lose their lease, or never hear the
 * answer to a call that Marketing Cloud has acted on.
 *
 * What must hold:
 *   - a commit never replaces newer tokens by older ones, and never brings a forgotten grant back;
 *   - no process waits for ever: each one that does not crash ends (Spin reports any other end state);
 *   - a grant is never dead in the end while a process holds the refresh token that the server would take;
 *   - a process that finds the refresh token spent knows that its refresh was interrupted, and can report the loss.
 *
 * Defined from outside: GRACE (the server takes the refresh token before the current one too), SIGN_OUT (the user may
 * sign out at any moment), KEEP (the record may be changed without changing its tokens).
 */
#define N 3

#define LOST 0
#define REFUSED 255

/* The server: refresh tokens are numbered; it takes the latest one. */
byte latest = 1;
/* No process that can still commit holds this generation. */
bool vanished[16];

/* The record. */
byte version = 1;
byte token = 1;
bool dead = false;
bool forgotten = false;
/* The process that holds the lease; 0 is none. */
byte lease = 0;
/* The version whose tokens the lease is or was for. */
byte leasedAt = 0;
/* A lease on these tokens ran out, or was given back by a process that got no answer. */
bool interrupted = false;

byte running = N;

/* What came of asking for the lease: the grant as it is fulfils the wish when its tokens are not the first ones. */
#define FULFILLED (token != 1)

inline call(refresh, answer) {
  d_step {
    if
    :: refresh == latest ->
       latest++;
       answer = latest
#ifdef GRACE
    :: refresh + 1 == latest ->
       latest++;
       answer = latest
#endif
    :: else ->
       answer = REFUSED
    fi
  }
  if
  :: true
  :: answer != REFUSED ->
     vanished[answer] = true;
     answer = LOST
  :: answer == REFUSED ->
     answer = LOST
  fi
}

/* A crash takes with it what the process has been told and not yet committed. */
inline mayCrash(answer) {
  if
  :: true
  :: true ->
     atomic {
       if
       :: answer != LOST && answer != REFUSED -> vanished[answer] = true
       :: else
       fi;
       goto end_crashed
     }
  fi
}

inline release() {
  if
  :: lease == _pid ->
     lease = 0;
     interrupted = interrupted || (suspect && leasedAt == version)
  :: else
  fi
}

proctype Process() {
  byte seenVersion, seenToken;
  byte answer = LOST;
  bool again = true;
  /* The tokens may have been refreshed before, by this or another process. */
  bool suspect = false;

acquire:
  mayCrash(answer);
  atomic {
    if
    :: forgotten || dead || FULFILLED -> goto ended
    :: !forgotten && !dead && !FULFILLED && lease != 0 && lease != _pid -> goto busy
    :: else ->
       lease = _pid;
       leasedAt = version;
       suspect = interrupted;
       seenVersion = version;
       seenToken = token
    fi
  }

request:
  mayCrash(answer);
  call(seenToken, answer);
  mayCrash(answer);
  suspect = suspect || answer == LOST;
  if
  :: answer == LOST && again ->
     again = false;
     goto request
  :: answer == LOST && !again ->
     /* The request fails; the next one tries after the cool-down. */
     atomic { release(); goto ended }
  :: answer == REFUSED -> goto refused
  :: else
  fi;

commit:
  mayCrash(answer);
  atomic {
    if
    :: forgotten -> release(); goto ended
    :: !forgotten && version == seenVersion ->
       assert(answer > token);
       token = answer;
       version++;
       dead = false;
       interrupted = false;
       release();
       goto ended
    :: !forgotten && version != seenVersion && token == seenToken ->
       /* The same tokens at another version, dead or alive: built upon. */
       seenVersion = version;
       goto commit
    :: else ->
       /* Newer tokens of another process win. */
       release();
       goto ended
    fi
  }

refused:
  mayCrash(answer);
  atomic {
    if
    :: forgotten || dead || token != seenToken -> release(); goto ended
    :: else ->
       seenVersion = version;
       /* The process that took the lease over may have spent it. */
       suspect = suspect || lease != _pid
    fi
  }
  mayCrash(answer);
  atomic {
    if
    :: version == seenVersion ->
       assert(suspect);
       dead = true
    :: else ->
       /* Changed in between: read again. */
       goto refused
    fi;
    release();
    goto ended
  }

busy:
  /* Looked at again and again; it ends when there is something new to see. */
  lease == 0 || lease == _pid || dead || forgotten || FULFILLED;
  goto acquire;

ended:
end_crashed:
  running--
}

/* A lease runs out at any moment: a crash, a freeze, a failover. */
active proctype Clock() {
end:
  do
  :: atomic {
       lease != 0 ->
       lease = 0;
       interrupted = interrupted || leasedAt == version
     }
  :: running == 0 -> break
  od
}

#ifdef SIGN_OUT
active proctype User() {
  forgotten = true
}
#endif

#ifdef KEEP
active proctype Keeper() {
  byte seen = 0;
  atomic {
    if
    :: !dead && !forgotten -> seen = version
    :: else
    fi
  }
  atomic {
    if
    :: version == seen && !dead && !forgotten ->
       if
       :: leasedAt == version -> leasedAt++
       :: else
       fi;
       version++
    :: else
    fi
  }
}
#endif

init {
  byte started = 0;
  atomic {
    do
    :: started < N -> run Process(); started++
    :: else -> break
    od
  }
  running == 0;
  /* The refresh token that the server would take is in the record, or is lost. */
  assert(forgotten || !dead || vanished[latest])
}
