import './style/tokens.css';
import './style/base.css';
import './frame/frame.css';
import './calls/calls.css';
import './place/place.css';
import './call/live.css';
import './statistics/statistics.css';
import './health/health.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { readSession } from './session/session.ts';

const place = document.querySelector('#console');
if (place !== null) render(<App />, place);
void readSession();
